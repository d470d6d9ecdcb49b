/** What istiod's debug pages and metrics say: one file per page (Istio: pilot/pkg/xds/debug.go, statusgen.go). */
package io.meshdiag.collector.extract.istiod;

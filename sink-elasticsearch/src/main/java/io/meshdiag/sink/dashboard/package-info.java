/** Dashboards: readable sources, the queries of their panels, and what Kibana and Grafana make of both. */
package io.meshdiag.sink.dashboard;

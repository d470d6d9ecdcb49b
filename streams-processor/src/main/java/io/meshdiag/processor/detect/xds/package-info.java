/** Whether proxies take the configuration that istiod sends them. */
package io.meshdiag.processor.detect.xds;

/** Programs that run until they are told to stop: set-up of topics, readiness, shutdown. */
package io.meshdiag.standalone.service;

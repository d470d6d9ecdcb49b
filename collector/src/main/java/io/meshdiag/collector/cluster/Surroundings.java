package io.meshdiag.collector.cluster;

import io.meshdiag.collector.cluster.pods.PodAccess;
import io.meshdiag.collector.live.Book;
import io.meshdiag.collector.live.SourceBoard;

/** What everything that looks at one cluster shares. */
public record Surroundings(ClusterOrigin origin, PodDirectory pods, PodAccess access, Book book, SourceBoard board) {}

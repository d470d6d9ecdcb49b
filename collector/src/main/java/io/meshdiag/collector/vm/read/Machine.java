package io.meshdiag.collector.vm.read;

/** The three ways to look at one machine. */
public record Machine(Root files, Commands commands, Loopback loopback) {}

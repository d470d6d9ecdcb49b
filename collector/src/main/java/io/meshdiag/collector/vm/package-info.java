/** A virtual machine of the mesh, looked at by a program that runs on it: how it is read, what is told of it, and how it is captured for later. */
package io.meshdiag.collector.vm;

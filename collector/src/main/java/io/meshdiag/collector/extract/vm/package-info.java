/** What a virtual machine shows of itself: files, output of commands and local pages in, facts about the machine out. */
package io.meshdiag.collector.extract.vm;

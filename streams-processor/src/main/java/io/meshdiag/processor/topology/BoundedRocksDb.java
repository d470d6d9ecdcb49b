package io.meshdiag.processor.topology;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * One cache and one write buffer for all stores of the process. By default each store of each partition would take 50 MB of cache and three
 * memtables of 16 MB of its own, gigabytes in all.
 */
public final class BoundedRocksDb implements RocksDBConfigSetter {
    /** Streams property: bound in MiB. */
    static final String MEMORY_MB = "meshdiag.rocksdb.memory.mb";

    private static final int BLOCK_BYTES = 16 * 1024;
    private static final int MEMTABLE_BYTES = 4 << 20;

    /** Shared by design; RocksDB objects live outside the heap, and stores of one process come and go. */
    private static Shared shared;

    private record Shared(long megabytes, Cache cache, WriteBufferManager writes) {}

    @Override
    public void setConfig(String store, Options options, Map<String, Object> configs) {
        Shared memory = shared(Long.parseLong(configs.get(MEMORY_MB).toString()));
        BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
        table.setBlockCache(memory.cache());
        table.setBlockSize(BLOCK_BYTES);
        table.setCacheIndexAndFilterBlocks(true);
        table.setCacheIndexAndFilterBlocksWithHighPriority(true);
        table.setPinTopLevelIndexAndFilter(true);
        options.setTableFormatConfig(table);
        options.setWriteBufferManager(memory.writes());
        options.setWriteBufferSize(MEMTABLE_BYTES);
        options.setMaxWriteBufferNumber(2);
    }

    @Override
    public void close(String store, Options options) {
        // The cache and the write buffer belong to all stores.
    }

    private static synchronized Shared shared(long megabytes) {
        if (shared == null || shared.megabytes() != megabytes) {
            RocksDB.loadLibrary();
            Cache cache = new LRUCache(megabytes << 20, -1, false, 0.1);
            // Memtables are charged to the cache, so that the bound holds for both together.
            shared = new Shared(megabytes, cache, new WriteBufferManager((megabytes << 20) / 2, cache));
        }
        return shared;
    }
}

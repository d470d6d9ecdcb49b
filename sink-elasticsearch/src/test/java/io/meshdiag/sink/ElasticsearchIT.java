package io.meshdiag.sink;

import io.meshdiag.sink.harness.StoreProcess;
import java.io.IOException;

class ElasticsearchIT extends StoreContract {
    @Override
    StoreProcess startServer() throws IOException {
        return StoreProcess.elasticsearch();
    }
}

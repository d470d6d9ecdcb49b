package io.meshdiag.sink.dashboard;

import io.meshdiag.sink.harness.StoreProcess;
import java.io.IOException;

class OpenSearchPanelsIT extends PanelContract {
    @Override
    StoreProcess startServer() throws IOException {
        return StoreProcess.openSearch();
    }
}

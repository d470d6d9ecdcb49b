package io.meshdiag.collector.archive;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PagePathTest {
    @ParameterizedTest
    @CsvSource({
        "bug-report/cluster/crs,                                   cluster/crs",
        "./bug-report/cluster/crs,                                 cluster/crs",
        "case-4711/cluster/crs.yaml,                               cluster/crs",
        "cluster/crs,                                              cluster/crs",
        "bug-report/proxies/shop/web-1/config_dump?include_eds,    proxies/shop/web-1/config_dump",
        "bug-report/proxies/shop/web-1/config_dump%3Finclude_eds,  proxies/shop/web-1/config_dump",
        "bug-report/proxies/shop/web-1/config_dump_include_eds,    proxies/shop/web-1/config_dump",
        "bug-report/proxies/shop/web-1/config_dumpinclude_eds,     proxies/shop/web-1/config_dump",
        "bug-report/istio/istio-system/istiod-1/debug%2Fsyncz,     istio/istio-system/istiod-1/debug/syncz",
        "bug-report/istio/istio-system/istiod-1/discovery.log,     istio/istio-system/istiod-1/discovery.log",
        "../../cluster/crs,                                        ''",
        "bug-report/notes/cluster/crs,                             ''",
    })
    void namesOfAllToolsAndPeopleAreOnePage(String entry, String page) {
        assertThat(PagePath.canonical(entry)).isEqualTo(page);
    }
}

package io.meshdiag.collector.extract.kubernetes;

import io.meshdiag.collector.extract.FactSink;
import io.meshdiag.collector.extract.TestPages;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;

/** Facts of a cluster that is given as YAML. */
final class Kube {
    private Kube() {}

    /** All facts of objects, and of the assemblers. */
    static List<SpecificRecord> facts(String yaml) throws Exception {
        return facts(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)));
    }

    static List<SpecificRecord> facts(InputStream yaml) throws Exception {
        List<SpecificRecord> facts = new ArrayList<>();
        FactSink sink = facts::add;
        KubernetesFacts cluster = new KubernetesFacts(TestPages.ORIGIN, "test");
        cluster.objects().parse(yaml, TestPages.ORIGIN, sink);
        cluster.finish(sink);
        return facts;
    }

    /** The facts of one kind. */
    static <T> List<T> of(Class<T> kind, String yaml) throws Exception {
        return TestPages.only(kind, facts(yaml));
    }

    /** The only fact of one kind. */
    static <T> T one(Class<T> kind, String yaml) throws Exception {
        List<T> facts = of(kind, yaml);
        if (facts.size() != 1) {
            throw new AssertionError(facts.size() + " facts of " + kind.getSimpleName());
        }
        return facts.get(0);
    }
}

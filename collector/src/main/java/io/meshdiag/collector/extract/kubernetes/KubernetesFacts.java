package io.meshdiag.collector.extract.kubernetes;

import io.meshdiag.collector.extract.FactSink;
import io.meshdiag.collector.extract.Origin;
import io.meshdiag.collector.extract.PageParser;
import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.istiod.MeshPage;
import io.meshdiag.collector.extract.text.Lines;
import io.meshdiag.schema.Printable;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * All that Kubernetes shows of one cluster. Its pages may come in any order; facts of single objects go to the sink at once, facts that join
 * objects when {@link #finish} is called.
 */
public final class KubernetesFacts {
    private static final Pattern SERVER_VERSION =
            Pattern.compile("(?i)server\\s*version:.*?(v\\d+\\.\\d+[\\w.+-]{0,60})");

    private final Inventory inventory = new Inventory();
    private final Origin origin;
    private final JoinedFacts joined;
    private final EventFacts events = new EventFacts();

    /**
     * Facts of one cluster.
     *
     * @param origin the cluster; observer "collector"
     * @param clusterIdSource see ClusterProfile.clusterIdSource
     */
    public KubernetesFacts(Origin origin, String clusterIdSource) {
        this.origin = origin;
        this.joined = new JoinedFacts(inventory, clusterIdSource, CniMetrics.NONE);
    }

    /** Takes one object. */
    public void accept(KubernetesObject object, FactSink facts) {
        inventory.accept(object);
        if (object.kind().equals("Event")) {
            events.add(Event.of(object, origin.observedAt()), origin);
        } else {
            ObjectFacts.extract(object, origin, facts);
        }
    }

    /** Parser of kubectl's YAML or JSON of any objects. */
    public PageParser objects() {
        return (page, pageOrigin, facts) -> list(page, facts);
    }

    /** Parser of a list that no cluster has empty: an empty one means that the wrong question was asked. */
    public PageParser someObjects() {
        return (page, pageOrigin, facts) -> {
            if (list(page, facts) == 0) {
                throw new UnreadablePageException("no object in it; istioctl 1.30 asks for none when --include names"
                        + " several namespaces: run `istioctl bug-report` without --include");
            }
        };
    }

    private long list(InputStream page, FactSink facts) throws IOException, UnreadablePageException {
        KubernetesListParser.Result result = KubernetesListParser.parse(page, object -> accept(object, facts));
        if (result.oversized() > 0) {
            throw new UnreadablePageException(
                    result.oversized() + " object(s) left out: larger than any object that etcd stores");
        }
        return result.objects();
    }

    /** Parser of cluster/secrets: full objects, or the table of names. */
    public PageParser secrets() {
        return (page, pageOrigin, facts) -> {
            BufferedInputStream in = new BufferedInputStream(page);
            in.mark(4096);
            String head = new String(in.readNBytes(2000), StandardCharsets.UTF_8).stripLeading();
            in.reset();
            if (head.startsWith("NAMESPACE") || head.startsWith("NAME ")) {
                SecretTable.read(in, (namespace, name) -> {
                    inventory.secret(namespace, name);
                    RemoteSecrets.extractName(namespace, name, origin, facts);
                });
            } else {
                objects().parse(in, pageOrigin, facts);
            }
            if (inventory.lacksIstiodsSecrets()) {
                throw new UnreadablePageException("no Secret of istiod's namespace in it: run `istioctl bug-report`"
                        + " without --include, or include that namespace alone");
            }
        };
    }

    /** Parser of cluster/events: the wide table, or full objects. */
    public PageParser events() {
        return (page, pageOrigin, facts) -> {
            BufferedInputStream in = new BufferedInputStream(page);
            in.mark(4096);
            String head = new String(in.readNBytes(2000), StandardCharsets.UTF_8).stripLeading();
            in.reset();
            if (head.startsWith("apiVersion:") || head.startsWith("{")) {
                objects().parse(in, pageOrigin, facts);
            } else {
                eventTable(in);
            }
        };
    }

    private void eventTable(InputStream page) throws IOException, UnreadablePageException {
        Lines lines = new Lines(page);
        String header = lines.next();
        if (header == null || header.startsWith("No resources found")) {
            return;
        }
        EventTable table = EventTable.ofHeader(header, origin.observedAt())
                .orElseThrow(() -> new UnreadablePageException("not a table of `kubectl get events -o wide`"));
        for (String line = lines.next(); line != null; line = lines.next()) {
            Optional<Event> row = table.row(line);
            row.ifPresent(event -> events.add(event, origin));
        }
    }

    /** Parser of {@code /debug/mesh}: the mesh config that istiod runs with. */
    public PageParser meshConfig() {
        return (page, pageOrigin, facts) -> inventory.effectiveMeshConfig(MeshPage.parse(page));
    }

    /** Parser of cluster/kubectl-version: the API server's version. */
    public PageParser serverVersion() {
        return (page, pageOrigin, facts) -> {
            Lines lines = new Lines(page);
            for (String line = lines.next(); line != null; line = lines.next()) {
                Matcher version = SERVER_VERSION.matcher(line);
                if (version.find()) {
                    inventory.serverVersion(Printable.shorten(version.group(1), 80));
                }
            }
        };
    }

    /** Whether any page so far listed namespaces, and with them the cluster-scoped objects. */
    public boolean sawNamespaces() {
        return !inventory.namespaces().isEmpty();
    }

    /** The istio-cni-node pod of that name, where it was seen already. */
    public Optional<Pod> agent(String name) {
        return inventory.agents().filter(p -> p.name().equals(name)).findFirst();
    }

    /** Gives the facts that join objects. To be called once, after the last page. */
    public void finish(FactSink facts) {
        inventory.takeChanges().stream().sorted().forEach(subject -> joined.fact(subject, origin)
                .ifPresent(facts::accept));
        events.finish(origin, facts);
    }
}

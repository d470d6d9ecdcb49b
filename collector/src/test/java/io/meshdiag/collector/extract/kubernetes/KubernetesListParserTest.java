package io.meshdiag.collector.extract.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshdiag.collector.extract.TestPages;
import io.meshdiag.collector.extract.UnreadablePageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KubernetesListParserTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "apiVersion: v1\nitems:\n- kind: Node\n  metadata: {name: a}\n- kind: Node\n  metadata: {name: b}\nkind: List\n",
                "kind: Node\nmetadata: {name: a}\n---\nkind: Node\nmetadata: {name: b}\n",
                "{\"kind\":\"List\",\"items\":[{\"kind\":\"Node\",\"metadata\":{\"name\":\"a\"}},{\"kind\":\"Node\",\"metadata\":{\"name\":\"b\"}}]}",
                "\n\n{\"kind\":\"Node\",\"metadata\":{\"name\":\"a\"}}\n{\"kind\":\"Node\",\"metadata\":{\"name\":\"b\"}}",
            })
    void readsListsDocumentsAndJson(String page) throws Exception {
        assertThat(names(page)).containsExactly("a", "b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n  \n", "apiVersion: v1\nitems: []\nkind: List\n", "# nothing\n"})
    void anEmptyPageHasNoObject(String page) throws Exception {
        assertThat(names(page)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Error from server (Forbidden): SECRET-CANARY",
                "items: SECRET-CANARY\n",
                "{\"kind\":\"Node\", SECRET-CANARY",
                "kind: Node\nmetadata:\n\t- SECRET-CANARY: [",
                "kind: Node\nmetadata: {name: \"SECRET-CANARY\u0000\"}\n",
            })
    void whatIsNoListIsRefusedWithoutRepeatingIt(String page) {
        assertThatThrownBy(() -> names(page))
                .isInstanceOf(UnreadablePageException.class)
                .hasMessageNotContaining("CANARY")
                .hasNoCause();
    }

    @Test
    void whatStandsBeforeACutIsHandedOn() {
        List<String> seen = new ArrayList<>();

        assertThatThrownBy(() -> KubernetesListParser.parse(
                        TestPages.stream(
                                "{\"items\":[{\"kind\":\"Node\",\"metadata\":{\"name\":\"a\"}},{\"kind\":\"No"),
                        o -> seen.add(o.name())))
                .isInstanceOf(UnreadablePageException.class);
        assertThat(seen).containsExactly("a");
    }

    @Test
    void anObjectLargerThanAnyRealOneIsPassedOver() throws Exception {
        String page = "{\"items\":[{\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"huge\"},\"data\":{"
                + "\"x\":\"y\",".repeat(3_000_000) + "\"z\":\"\"}},{\"kind\":\"Node\",\"metadata\":{\"name\":\"b\"}}]}";

        List<String> seen = new ArrayList<>();
        KubernetesListParser.Result result =
                KubernetesListParser.parse(TestPages.stream(page), o -> seen.add(o.name()));

        assertThat(seen).containsExactly("b");
        assertThat(result.oversized()).isEqualTo(1);
    }

    private static List<String> names(String page) throws IOException, UnreadablePageException {
        List<String> names = new ArrayList<>();
        KubernetesListParser.parse(TestPages.stream(page), object -> names.add(object.name()));
        return names;
    }
}

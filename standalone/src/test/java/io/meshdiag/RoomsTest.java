package io.meshdiag;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Each folder does what its name says, and nothing else. That programs do not import each other is already so by the modules' dependencies. */
@AnalyzeClasses(
        packages = "io.meshdiag",
        importOptions = {DoNotIncludeTests.class, RoomsTest.DoNotIncludeTestJars.class})
class RoomsTest {
    /** The drivers of other modules' tests come as a jar once those modules are packaged. */
    static final class DoNotIncludeTestJars implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("-tests.jar");
        }
    }

    @ArchTest
    static final ArchRule DETECTORS_SEE_ONLY_VIEWS = classes()
            .that()
            .resideInAPackage("io.meshdiag.processor.detect..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "io.meshdiag.processor.detect..",
                    "io.meshdiag.processor.view..",
                    "io.meshdiag.schema..",
                    "io.meshdiag.fact..",
                    "io.meshdiag.finding..",
                    "io.meshdiag.state..",
                    "org.apache.avro.specific..",
                    "org.apache.avro",
                    "java..");

    @ArchTest
    static final ArchRule EXTRACTORS_DO_NO_IO = noClasses()
            .that()
            .resideInAPackage("io.meshdiag.collector.extract..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "java.nio.file..", "java.net.http..", "org.apache.kafka..", "io.meshdiag.collector.publish..")
            .orShould()
            .dependOnClassesThat()
            .haveNameMatching("java\\.io\\.File|java\\.net\\.Socket");

    @ArchTest
    static final ArchRule DOCUMENTS_KNOW_NO_CLIENT = noClasses()
            .that()
            .resideInAPackage("io.meshdiag.sink.document..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.apache.kafka..", "org.elasticsearch..", "io.meshdiag.sink.store..", "java.net.http..");

    @ArchTest
    static final ArchRule RULES_AND_LIFE_HAVE_NO_CLOCK = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.meshdiag.processor.detect..",
                    "io.meshdiag.processor.lifecycle..",
                    "io.meshdiag.processor.explain..",
                    "io.meshdiag.processor.view..",
                    "io.meshdiag.collector.extract..")
            .should()
            .callMethod("java.time.Instant", "now")
            .orShould()
            .callMethod("java.lang.System", "currentTimeMillis");

    @ArchTest
    static final ArchRule VIRTUAL_MACHINES_NEED_NO_KUBERNETES = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.meshdiag.vm..",
                    "io.meshdiag.collector.vm..",
                    "io.meshdiag.collector.extract..",
                    "io.meshdiag.collector.live..",
                    "io.meshdiag.collector.publish..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.fabric8..", "org.apache.hc..");
}

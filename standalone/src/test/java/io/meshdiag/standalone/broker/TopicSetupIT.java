package io.meshdiag.standalone.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.processor.TopicSetup;
import io.meshdiag.schema.Topics;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsResult;
import org.apache.kafka.clients.admin.ForwardingAdmin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.TopicCollection;
import org.junit.jupiter.api.Test;

class TopicSetupIT {
    @Test
    void waitsUntilTheBrokerHasHeardOfTheTopicsThatItsControllerCreated() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start();
                LaggingAdmin admin = new LaggingAdmin(kafka.bootstrapServers(), 2)) {
            new TopicSetup(Topics.named("meshdiag."), 3).ensure(admin);

            assertThat(admin.deaf).isZero();
            assertThat(admin.listTopics().names().get())
                    .hasSize(Topics.ALL.size())
                    .allMatch(name -> name.startsWith("meshdiag."));
        }
    }

    /** Its broker has heard of nothing for the first so many questions after topics were created. */
    private static final class LaggingAdmin extends ForwardingAdmin {
        private final int deafAfterwards;
        private int deaf;

        LaggingAdmin(String servers, int deafAfterwards) {
            super(Map.of("bootstrap.servers", servers));
            this.deafAfterwards = deafAfterwards;
        }

        @Override
        public CreateTopicsResult createTopics(Collection<NewTopic> topics, CreateTopicsOptions options) {
            deaf = deafAfterwards;
            return super.createTopics(topics, options);
        }

        @Override
        public DescribeTopicsResult describeTopics(TopicCollection topics, DescribeTopicsOptions options) {
            if (deaf > 0) {
                deaf--;
                return super.describeTopics(TopicCollection.ofTopicNames(List.of("not-heard-of-yet")), options);
            }
            return super.describeTopics(topics, options);
        }
    }
}

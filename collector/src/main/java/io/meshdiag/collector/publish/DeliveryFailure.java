package io.meshdiag.collector.publish;

import io.meshdiag.registry.RegistryException;
import io.meshdiag.registry.RegistryUnreachableException;
import java.util.Locale;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Why a level was not stored, what is done about it, and what the operator can do. */
enum DeliveryFailure {
    BROKERS_AWAY(Remedy.HOLD_TOPIC, "check that the brokers of bootstrap.servers run and can be reached"),
    TOPIC_MISSING(Remedy.HOLD_TOPIC, "create the topics with \"meshdiag topics\", or check the topic prefix"),
    TOPIC_FORBIDDEN(Remedy.HOLD_TOPIC, "allow the collector's principal WRITE and DESCRIBE on the facts topics"),
    NOT_AUTHENTICATED(Remedy.REOPEN, "check the collector's Kafka credentials and certificates"),
    REGISTRY_AWAY(
            Remedy.HOLD_UNREGISTERED, "check that the schema registry of schema.registry.url runs and can be reached"),
    REGISTRY_FORBIDDEN(Remedy.HOLD_UNREGISTERED, "check the collector's credentials for the schema registry"),
    SCHEMA_REFUSED(Remedy.DROP, "register the schemas of this version, or let the registry accept them"),
    TOO_LARGE(Remedy.REDUCE, "raise max.message.bytes of the topic to Kafka's default, 1048588"),
    TIME_REFUSED(Remedy.RESTAMP, "set this machine's clock (NTP); records ahead of the brokers' time are refused"),
    SPOILED_BATCH(Remedy.SEND_AGAIN, "nothing: another record of its batch was refused"),
    PRODUCER_BROKEN(Remedy.REOPEN, "nothing, unless it repeats: a new producer is opened");

    /** What the sender does. Except for the last, the level is kept. */
    enum Remedy {
        /** Nothing is sent to the topic for a while. */
        HOLD_TOPIC,
        /** No kind is sent for a while whose schema was never registered. */
        HOLD_UNREGISTERED,
        /** The producer is replaced, and nothing is sent for a while. */
        REOPEN,
        SEND_AGAIN,
        /** It is sent with another timestamp, a few times. */
        RESTAMP,
        /** It is sent without its list, if it has one. */
        REDUCE,
        DROP
    }

    private final Remedy remedy;
    private final String advice;

    DeliveryFailure(Remedy remedy, String advice) {
        this.remedy = remedy;
        this.advice = advice;
    }

    Remedy remedy() {
        return remedy;
    }

    /** What the operator can do. */
    String advice() {
        return advice;
    }

    /** Value of the metrics' tag. */
    String reason() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What an answer of Kafka's producer means. */
    static DeliveryFailure ofProducer(Exception e) {
        if (e instanceof UnknownTopicOrPartitionException
                || e.getCause() instanceof UnknownTopicOrPartitionException
                || e instanceof InvalidTopicException) {
            return TOPIC_MISSING;
        }
        if (e instanceof TopicAuthorizationException) {
            return TOPIC_FORBIDDEN;
        }
        if (e instanceof AuthenticationException) {
            return NOT_AUTHENTICATED;
        }
        if (e instanceof RecordTooLargeException) {
            return TOO_LARGE;
        }
        // With several bad records in a batch the producer gets only the more general of the two.
        if (e instanceof InvalidTimestampException || e instanceof InvalidRecordException) {
            return TIME_REFUSED;
        }
        if (e instanceof RetriableException) {
            return BROKERS_AWAY;
        }
        // The producer's sender thread completes good records of a refused batch with exactly this class.
        return e.getClass() == KafkaException.class ? SPOILED_BATCH : PRODUCER_BROKEN;
    }

    /** What an answer of the serializer means, which asks the registry. */
    static DeliveryFailure ofSerializer(Exception e) {
        if (e instanceof RegistryException refused) {
            return refused.status() == 401 || refused.status() == 403 ? REGISTRY_FORBIDDEN : SCHEMA_REFUSED;
        }
        if (e instanceof RegistryUnreachableException) {
            return REGISTRY_AWAY;
        }
        return e instanceof SerializationException ? SCHEMA_REFUSED : REGISTRY_AWAY;
    }
}

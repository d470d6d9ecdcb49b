package io.meshdiag.serde;

import java.util.Map;
import org.apache.kafka.common.config.ConfigException;

/**
 * Settings of the serializers, with Confluent's names; the registry's own are in {@link io.meshdiag.registry.RegistryConfig}.
 *
 * @param autoRegister {@code auto.register.schemas}, default true: register what is not registered; false: it must be there
 * @param useLatest {@code use.latest.version}, default false: write in the subject's newest schema; needs auto.register.schemas=false
 * @param strategy {@code key.subject.name.strategy} or {@code value.subject.name.strategy}, default TopicNameStrategy
 */
record SerdeConfig(boolean autoRegister, boolean useLatest, SubjectNameStrategy strategy) {
    static final String AUTO_REGISTER = "auto.register.schemas";
    static final String USE_LATEST = "use.latest.version";
    static final String KEY_STRATEGY = "key.subject.name.strategy";
    static final String VALUE_STRATEGY = "value.subject.name.strategy";
    static final String SPECIFIC_READER = "specific.avro.reader";

    SerdeConfig {
        if (autoRegister && useLatest) {
            throw new ConfigException(USE_LATEST + "=true has no effect unless " + AUTO_REGISTER + "=false; set both");
        }
    }

    static SerdeConfig from(Map<String, ?> config, boolean key) {
        if (!flag(config, SPECIFIC_READER, true)) {
            throw new ConfigException(
                    SPECIFIC_READER, false, "generated records are all that this deserializer returns; leave it out");
        }
        String setting = key ? KEY_STRATEGY : VALUE_STRATEGY;
        Object strategy = config.get(setting);
        return new SerdeConfig(
                flag(config, AUTO_REGISTER, true),
                flag(config, USE_LATEST, false),
                strategy == null ? SubjectNameStrategy.TOPIC : SubjectNameStrategy.of(setting, strategy));
    }

    private static boolean flag(Map<String, ?> config, String setting, boolean otherwise) {
        Object value = config.get(setting);
        if (value == null) {
            return otherwise;
        }
        return switch (value.toString().trim()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new ConfigException(setting, value, "give true or false");
        };
    }
}

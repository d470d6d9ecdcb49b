package io.meshdiag.processor.rules;

import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.view.ScopeView;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The numbers of a rule that people may change: a nested record called {@code Thresholds} with a constant {@code DEFAULT}, and a constructor of the
 * detector that takes it. Found by reflection, so that a rule stays one file and one line.
 */
final class RuleThresholds {
    private final Class<?> type;
    private final Constructor<?> ofDetector;

    private RuleThresholds(Class<?> type, Constructor<?> ofDetector) {
        this.type = type;
        this.ofDetector = ofDetector;
    }

    /** Empty when the rule has no numbers to change. */
    static Optional<RuleThresholds> of(Detector<?> detector) {
        return Stream.of(detector.getClass().getDeclaredClasses())
                .filter(nested -> nested.isRecord() && nested.getSimpleName().equals("Thresholds"))
                .findFirst()
                .map(record -> new RuleThresholds(record, constructor(detector.getClass(), record)));
    }

    /** Names as in the file. */
    List<String> names() {
        return Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getName)
                .toList();
    }

    /** What holds unless the file says otherwise, by name. */
    Map<String, Object> values() {
        Object defaults = defaults();
        Map<String, Object> values = new LinkedHashMap<>();
        for (RecordComponent component : type.getRecordComponents()) {
            values.put(component.getName(), value(component, defaults));
        }
        return values;
    }

    /** The defaults with what the file says in their place; mistakes are noted in the section. */
    Record read(Section section) {
        Object defaults = defaults();
        List<Object> values = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            Object otherwise = value(component, defaults);
            values.add(section.has(component.getName()) ? read(section, component, otherwise) : otherwise);
        }
        try {
            return (Record) canonical().newInstance(values.toArray());
        } catch (InvocationTargetException e) {
            if (!(e.getCause() instanceof IllegalArgumentException)) {
                throw new IllegalStateException("the record of " + type.getName() + " fails", e.getCause());
            }
            section.problem("", e.getCause().getMessage());
            return (Record) defaults;
        } catch (ReflectiveOperationException e) {
            throw misbuilt(e);
        }
    }

    /** The detector with these numbers. */
    @SuppressWarnings("unchecked") // The constructor is of the detector's own class.
    <V extends ScopeView> Detector<V> in(Detector<V> detector, Record thresholds) {
        try {
            return (Detector<V>) ofDetector.newInstance(thresholds);
        } catch (ReflectiveOperationException e) {
            throw misbuilt(e);
        }
    }

    private Object read(Section section, RecordComponent component, Object otherwise) {
        String name = component.getName();
        if (component.getType() == Duration.class) {
            return section.duration(name).map(Object.class::cast).orElse(otherwise);
        }
        if (component.getType() == int.class) {
            return section.number(name).map(Object.class::cast).orElse(otherwise);
        }
        if (component.getType() == double.class) {
            return section.decimal(name).map(Object.class::cast).orElse(otherwise);
        }
        throw new IllegalStateException(
                type.getName() + "." + name + ": thresholds are durations, whole numbers or decimals");
    }

    private Object defaults() {
        try {
            Field field = type.getDeclaredField("DEFAULT");
            field.setAccessible(true);
            return field.get(null);
        } catch (ReflectiveOperationException e) {
            throw misbuilt(e);
        }
    }

    private Constructor<?> canonical() throws NoSuchMethodException {
        Constructor<?> canonical = type.getDeclaredConstructor(Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new));
        canonical.setAccessible(true);
        return canonical;
    }

    private static Object value(RecordComponent component, Object of) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(of);
        } catch (ReflectiveOperationException e) {
            throw misbuilt(e);
        }
    }

    private static Constructor<?> constructor(Class<?> detector, Class<?> thresholds) {
        try {
            Constructor<?> constructor = detector.getDeclaredConstructor(thresholds);
            constructor.setAccessible(true);
            return constructor;
        } catch (NoSuchMethodException e) {
            throw misbuilt(e);
        }
    }

    private static IllegalStateException misbuilt(ReflectiveOperationException e) {
        return new IllegalStateException(
                "a rule with numbers has a record Thresholds with a constant DEFAULT, and a constructor that takes it",
                e);
    }
}

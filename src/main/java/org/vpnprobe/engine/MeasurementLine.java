package org.vpnprobe.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Experiment;
import org.vpnprobe.model.Failure;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Observation;
import org.vpnprobe.model.Purpose;
import org.vpnprobe.model.Step;
import org.vpnprobe.model.StepName;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads a measurement's line token by token, as this version writes it: a third of the time that
 * binding takes, which matters when there are a million. What is written otherwise, if only a name
 * that is not known or comes twice, is none of its business: {@link Otherwise} is thrown, and the
 * line is bound.
 */
final class MeasurementLine {
  /** The line is not as this version writes it, or wrong. */
  static final class Otherwise extends Exception {
    private static final long serialVersionUID = 1;

    private Otherwise() {
      super("", null, false, false);
    }
  }

  private static final Map<String, Family> FAMILIES = ids(Family.values());
  private static final Map<String, Purpose> PURPOSES = ids(Purpose.values());
  private static final Map<String, Depth> DEPTHS = ids(Depth.values());
  private static final Map<String, StepName> STEPS = ids(StepName.values());
  private static final Map<String, FailureKind> KINDS = ids(FailureKind.values());

  private final JsonParser in;

  private MeasurementLine(JsonParser in) {
    this.in = in;
  }

  private static <E extends Enum<E>> Map<String, E> ids(E[] values) {
    return Stream.of(values)
        .collect(Collectors.toMap(e -> e.name().toLowerCase(Locale.ROOT), Function.identity()));
  }

  /** Reads the line that this parser stands before. */
  static Measurement read(JsonParser in) throws Otherwise {
    MeasurementLine line = new MeasurementLine(in);
    line.need(in.nextToken() == JsonToken.START_OBJECT);
    Measurement m = line.measurement();
    line.need(in.nextToken() == null);
    return m;
  }

  private Measurement measurement() throws Otherwise {
    String id = null;
    String cell = null;
    String serves = null;
    String endpoint = null;
    String vantage = null;
    Family family = null;
    Purpose purpose = null;
    Integer round = null;
    Instant started = null;
    Duration took = null;
    String address = null;
    Duration deadline = null;
    Depth asked = null;
    Depth reached = null;
    String proof = null;
    Failure failure = null;
    Duration latency = null;
    List<Step> steps = null;
    List<Observation> observations = null;
    String tainted = null;
    Experiment experiment = null;
    String type = null;
    for (String name = name(); name != null; name = name()) {
      switch (name) {
        case "type" -> type = text(type);
        case "id" -> id = text(id);
        case "cell" -> cell = text(cell);
        case "serves" -> serves = text(serves);
        case "endpoint" -> endpoint = text(endpoint);
        case "vantage" -> vantage = text(vantage);
        case "family" -> family = constant(FAMILIES, family);
        case "purpose" -> purpose = constant(PURPOSES, purpose);
        case "round" -> round = number(round);
        case "started" -> started = WrittenTime.instant(text(started));
        case "took" -> took = duration(took);
        case "address" -> address = text(address);
        case "deadline" -> deadline = duration(deadline);
        case "asked" -> asked = constant(DEPTHS, asked);
        case "reached" -> reached = constant(DEPTHS, reached);
        case "proof" -> proof = text(proof);
        case "failure" -> failure = failure(failure);
        case "latency" -> latency = duration(latency);
        case "steps" -> steps = steps(steps);
        case "observations" -> observations = observations(observations);
        case "tainted" -> tainted = text(tainted);
        case "experiment" -> experiment = experiment(experiment);
        default -> throw new Otherwise();
      }
    }
    return new Measurement(
        given(id),
        given(cell),
        serves,
        given(endpoint),
        given(vantage),
        given(family),
        given(purpose),
        given(round),
        given(started),
        given(took),
        address,
        given(deadline),
        given(asked),
        reached,
        proof,
        failure,
        latency,
        given(steps),
        given(observations),
        tainted,
        experiment);
  }

  private Failure failure(@Nullable Failure before) throws Otherwise {
    begin(before, JsonToken.START_OBJECT);
    StepName step = null;
    FailureKind kind = null;
    String argument = null;
    String detail = null;
    Duration after = null;
    for (String name = name(); name != null; name = name()) {
      switch (name) {
        case "step" -> step = constant(STEPS, step);
        case "kind" -> kind = constant(KINDS, kind);
        case "argument" -> argument = text(argument);
        case "detail" -> detail = text(detail);
        case "after" -> after = duration(after);
        default -> throw new Otherwise();
      }
    }
    return new Failure(given(step), given(kind), argument, given(detail), after);
  }

  private List<Step> steps(@Nullable List<Step> before) throws Otherwise {
    begin(before, JsonToken.START_ARRAY);
    List<Step> steps = new ArrayList<>();
    while (in.nextToken() == JsonToken.START_OBJECT) {
      steps.add(step());
    }
    need(in.currentToken() == JsonToken.END_ARRAY);
    return steps;
  }

  private Step step() throws Otherwise {
    StepName named = null;
    Duration start = null;
    Duration took = null;
    Long sent = null;
    Integer sentPackets = null;
    Long received = null;
    Integer receivedPackets = null;
    String failure = null;
    for (String name = name(); name != null; name = name()) {
      switch (name) {
        case "name" -> named = constant(STEPS, named);
        case "start" -> start = duration(start);
        case "took" -> took = duration(took);
        case "sent" -> sent = large(sent);
        case "sent_packets" -> sentPackets = number(sentPackets);
        case "received" -> received = large(received);
        case "received_packets" -> receivedPackets = number(receivedPackets);
        case "failure" -> failure = text(failure);
        default -> throw new Otherwise();
      }
    }
    return new Step(
        given(named),
        given(start),
        given(took),
        given(sent),
        given(sentPackets),
        given(received),
        given(receivedPackets),
        failure);
  }

  private List<Observation> observations(@Nullable List<Observation> before) throws Otherwise {
    begin(before, JsonToken.START_ARRAY);
    List<Observation> all = new ArrayList<>();
    while (in.nextToken() == JsonToken.START_OBJECT) {
      Duration at = null;
      String key = null;
      String value = null;
      for (String name = name(); name != null; name = name()) {
        switch (name) {
          case "at" -> at = duration(at);
          case "key" -> key = text(key);
          case "value" -> value = text(value);
          default -> throw new Otherwise();
        }
      }
      all.add(new Observation(given(at), given(key), given(value)));
    }
    need(in.currentToken() == JsonToken.END_ARRAY);
    return all;
  }

  /** Of many kinds, and rare: bound. */
  private Experiment experiment(@Nullable Experiment before) throws Otherwise {
    begin(before, JsonToken.START_OBJECT);
    return given(in.readValueAs(Experiment.class));
  }

  /** The next name, null at the end of the object. */
  private @Nullable String name() throws Otherwise {
    String name = in.nextName();
    need(name != null || in.currentToken() == JsonToken.END_OBJECT);
    return name;
  }

  private String text(@Nullable Object before) throws Otherwise {
    begin(before, JsonToken.VALUE_STRING);
    return in.getString();
  }

  private int number(@Nullable Object before) throws Otherwise {
    begin(before, JsonToken.VALUE_NUMBER_INT);
    return in.getIntValue();
  }

  private long large(@Nullable Object before) throws Otherwise {
    begin(before, JsonToken.VALUE_NUMBER_INT);
    return in.getLongValue();
  }

  private Duration duration(@Nullable Duration before) throws Otherwise {
    return WrittenTime.duration(text(before));
  }

  private <E> E constant(Map<String, E> constants, @Nullable E before) throws Otherwise {
    return given(constants.get(text(before)));
  }

  private void begin(@Nullable Object before, JsonToken expected) throws Otherwise {
    need(before == null && in.nextToken() == expected);
  }

  private static <T> T given(@Nullable T value) throws Otherwise {
    if (value == null) {
      throw new Otherwise();
    }
    return value;
  }

  private void need(boolean holds) throws Otherwise {
    if (!holds) {
      throw new Otherwise();
    }
  }
}

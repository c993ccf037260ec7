package org.vpnprobe.analysis;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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

/**
 * How a measurement is kept as bytes: texts by their numbers, times as numbers. An id begins with a
 * cell that the measurement names anyway, and ends like thousands of others.
 */
final class Packing {
  private static final int REACHED = 1;
  private static final int FAILURE = 1 << 1;
  private static final int AFTER = 1 << 2;
  private static final int LATENCY = 1 << 3;
  private static final int ID_OF_CELL = 1 << 4;
  private static final int ID_OF_SERVED = 1 << 5;

  private static final Family[] FAMILIES = Family.values();
  private static final Purpose[] PURPOSES = Purpose.values();
  private static final Depth[] DEPTHS = Depth.values();
  private static final StepName[] STEPS = StepName.values();
  private static final FailureKind[] KINDS = FailureKind.values();

  private final Values<String> texts = new Values<>();
  private final Values<Experiment> experiments = new Values<>();

  /** Nothing is written any more. */
  void close() {
    texts.close();
    experiments.close();
  }

  /** This text will come, and is kept already. */
  void knows(String text) {
    texts.number(text);
  }

  void write(Measurement m, RowWriter out) {
    Failure failure = m.failure();
    String serves = m.serves();
    boolean ofCell = m.id().startsWith(m.cell());
    String served = ofCell || serves == null ? "" : serves;
    boolean ofServed = !served.isEmpty() && m.id().startsWith(served);
    out.number(
        flag(m.reached(), REACHED)
            | flag(failure, FAILURE)
            | flag(failure == null ? null : failure.after(), AFTER)
            | flag(m.latency(), LATENCY)
            | (ofCell ? ID_OF_CELL : 0)
            | (ofServed ? ID_OF_SERVED : 0));
    text(m.cell(), out);
    out.number(texts.number(serves));
    int begin = ofCell ? m.cell().length() : ofServed ? served.length() : 0;
    text(begin == 0 ? m.id() : m.id().substring(begin), out);
    text(m.endpoint(), out);
    text(m.vantage(), out);
    out.number(m.family().ordinal());
    out.number(m.purpose().ordinal());
    out.signed(m.round());
    out.signed(m.started().getEpochSecond());
    out.number(m.started().getNano());
    out.duration(m.took());
    out.number(texts.number(m.address()));
    out.duration(m.deadline());
    out.number(m.asked().ordinal());
    if (m.reached() != null) {
      out.number(m.reached().ordinal());
    }
    out.number(texts.number(m.proof()));
    if (failure != null) {
      out.number(failure.step().ordinal());
      out.number(failure.kind().ordinal());
      out.number(texts.number(failure.argument()));
      text(failure.detail(), out);
      if (failure.after() != null) {
        out.duration(failure.after());
      }
    }
    if (m.latency() != null) {
      out.duration(m.latency());
    }
    steps(m.steps(), out);
    observations(m.observations(), out);
    out.number(texts.number(m.tainted()));
    out.number(experiments.number(m.experiment()));
  }

  private static int flag(@Nullable Object value, int flag) {
    return value == null ? 0 : flag;
  }

  private void text(String text, RowWriter out) {
    out.number(texts.number(Objects.requireNonNull(text)));
  }

  private void steps(List<Step> steps, RowWriter out) {
    out.number(steps.size());
    for (Step step : steps) {
      out.number(step.name().ordinal());
      out.duration(step.start());
      out.duration(step.took());
      out.signed(step.sent());
      out.signed(step.sentPackets());
      out.signed(step.received());
      out.signed(step.receivedPackets());
      out.number(texts.number(step.failure()));
    }
  }

  private void observations(List<Observation> observations, RowWriter out) {
    out.number(observations.size());
    for (Observation each : observations) {
      out.duration(each.at());
      text(each.key(), out);
      text(each.value(), out);
    }
  }

  Measurement read(RowReader in) {
    int flags = in.small();
    String cell = texts.get(in.small());
    String serves = texts.orNull(in.small());
    String end = texts.get(in.small());
    String id =
        (flags & ID_OF_CELL) != 0 ? cell + end : (flags & ID_OF_SERVED) != 0 ? serves + end : end;
    return new Measurement(
        id,
        cell,
        serves,
        texts.get(in.small()),
        texts.get(in.small()),
        FAMILIES[in.small()],
        PURPOSES[in.small()],
        (int) in.signed(),
        Instant.ofEpochSecond(in.signed(), in.number()),
        in.duration(),
        texts.orNull(in.small()),
        in.duration(),
        DEPTHS[in.small()],
        (flags & REACHED) == 0 ? null : DEPTHS[in.small()],
        texts.orNull(in.small()),
        (flags & FAILURE) == 0 ? null : failure(in, (flags & AFTER) != 0),
        (flags & LATENCY) == 0 ? null : in.duration(),
        steps(in),
        observations(in),
        texts.orNull(in.small()),
        experiments.orNull(in.small()));
  }

  private Failure failure(RowReader in, boolean after) {
    StepName step = STEPS[in.small()];
    FailureKind kind = KINDS[in.small()];
    String argument = texts.orNull(in.small());
    String detail = texts.get(in.small());
    Duration time = after ? in.duration() : null;
    return new Failure(step, kind, argument, detail, time);
  }

  private List<Step> steps(RowReader in) {
    int count = in.small();
    List<Step> steps = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      steps.add(
          new Step(
              STEPS[in.small()],
              in.duration(),
              in.duration(),
              in.signed(),
              (int) in.signed(),
              in.signed(),
              (int) in.signed(),
              texts.orNull(in.small())));
    }
    return steps;
  }

  private List<Observation> observations(RowReader in) {
    int count = in.small();
    if (count == 0) {
      return List.of();
    }
    List<Observation> all = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      all.add(new Observation(in.duration(), texts.get(in.small()), texts.get(in.small())));
    }
    return all;
  }
}

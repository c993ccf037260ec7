package org.vpnprobe.engine;

import java.lang.reflect.Method;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.Egress;
import org.vpnprobe.model.EndpointFacts;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Observation;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.Purpose;
import org.vpnprobe.model.Step;
import org.vpnprobe.model.VantageFacts;

/**
 * What holds in every journal that a run wrote, so that nobody who reads one has to wonder: names
 * that the plan knows, times that can be reckoned with. Journals come from other people's machines.
 */
final class JournalRules {
  /** Trials take seconds; a rehearsal's less. */
  private static final Duration LONGEST = Duration.ofDays(1);

  /** A run may be gone on with after a break, hardly after a year. */
  private static final Duration LONGEST_RUN = Duration.ofDays(366);

  /** Addresses that were looked at; trials of a run go to the same few again and again. */
  private static final int MOST_LITERALS = 1 << 16;

  private static final Instant EARLIEST = Instant.parse("2020-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("2120-01-01T00:00:00Z");

  /** As in the file ({@code clock:}). */
  private static final Duration MOST_OFF = Duration.ofDays(2);

  private final Plan plan;
  private final Set<String> cells;
  private final Set<String> literals = new HashSet<>();

  /**
   * Checks the plan.
   *
   * @throws IllegalArgumentException when no run can have written it
   */
  JournalRules(Plan plan) {
    whole(plan, new HashMap<>());
    this.plan = plan;
    this.cells = plan.cells().stream().map(CellFacts::id).collect(Collectors.toSet());
    Set<String> endpoints =
        plan.endpoints().stream().map(EndpointFacts::name).collect(Collectors.toSet());
    Set<String> vantages =
        plan.vantages().stream().map(VantageFacts::name).collect(Collectors.toSet());
    check(plan.pace() > 0 && plan.pace() <= 1e6);
    check(plan.createdAt().isAfter(EARLIEST) && plan.createdAt().isBefore(LATEST));
    check(plan.clockAhead() == null || plan.clockAhead().abs().compareTo(MOST_OFF) <= 0);
    check(plan.surveyFor() == null || isShort(plan.surveyFor()));
    check(cells.size() == plan.cells().size());
    check(endpoints.size() == plan.endpoints().size());
    check(vantages.size() == plan.vantages().size());
    for (CellFacts cell : plan.cells()) {
      check(endpoints.contains(cell.endpoint()) && vantages.contains(cell.vantage()));
    }
    for (EndpointFacts endpoint : plan.endpoints()) {
      check(isShort(endpoint.deadline()));
    }
  }

  /**
   * Gives a measurement back.
   *
   * @throws IllegalArgumentException when no run of this plan can have written it
   */
  Measurement checked(Measurement m) {
    check(m.id() != null && m.endpoint() != null && m.vantage() != null && m.family() != null);
    check(m.purpose() != null && m.asked() != null);
    if (m.failure() != null) {
      check(m.failure().step() != null && m.failure().kind() != null);
      check(m.failure().detail() != null);
    }
    for (Step step : m.steps()) {
      check(step.name() != null && step.start() != null && isShort(step.took()));
    }
    for (Observation seen : m.observations()) {
      check(seen.at() != null && seen.key() != null && seen.value() != null);
    }
    check(cells.contains(m.cell()));
    check(m.serves() == null || cells.contains(m.serves()));
    check(isShort(m.took()) && isShort(m.deadline()));
    check(m.latency() == null || isShort(m.latency()));
    check(m.round() >= 0);
    check((m.experiment() == null) == (m.purpose() != Purpose.EXPERIMENT));
    check(m.experiment() == null || m.serves() != null);
    check(Duration.between(plan.createdAt(), m.started()).abs().compareTo(LONGEST_RUN) <= 0);
    if (m.address() != null && !literals.contains(m.address())) {
      HostPort address = HostPort.of(m.address());
      InetAddress.ofLiteral(address.host());
      if (literals.size() < MOST_LITERALS) {
        literals.add(m.address());
      }
    }
    return m;
  }

  /**
   * Gives a look at a vantage back.
   *
   * @throws IllegalArgumentException when no run of this plan can have written it
   */
  Egress checked(Egress egress) {
    check(plan.vantages().stream().anyMatch(v -> v.name().equals(egress.vantage())));
    check(Duration.between(plan.createdAt(), egress.at()).abs().compareTo(LONGEST_RUN) <= 0);
    check(egress.asn() == null || (egress.asn() > 0 && egress.asn() <= 0xffffffffL));
    check(egress.moment() != null && egress.how() != null);
    if (egress.address() != null) {
      InetAddress.ofLiteral(egress.address());
    }
    return egress;
  }

  /** What a line leaves out is null here: only what may be is. */
  private static void whole(Record value, Map<Class<?>, List<Part>> known) {
    for (Part each : known.computeIfAbsent(value.getClass(), JournalRules::parts)) {
      Object part;
      try {
        part = each.accessor().invoke(value);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(each.accessor().getName(), e);
      }
      check(part != null || each.mayBeNull());
      if (part instanceof Record inner) {
        whole(inner, known);
      } else if (part instanceof Collection<?> many) {
        for (Object one : many) {
          if (one instanceof Record inner) {
            whole(inner, known);
          }
        }
      }
    }
  }

  /** A component of a record, looked up once: a plan holds 100,000 cells. */
  private record Part(Method accessor, boolean mayBeNull) {}

  private static List<Part> parts(Class<?> type) {
    return Stream.of(type.getRecordComponents())
        .map(component ->
            new Part(
                component.getAccessor(),
                component.getAnnotatedType().isAnnotationPresent(Nullable.class)))
        .toList();
  }

  private static boolean isShort(Duration duration) {
    return !duration.isNegative() && duration.compareTo(LONGEST) <= 0;
  }

  private static void check(boolean holds) {
    if (!holds) {
      throw new IllegalArgumentException();
    }
  }
}

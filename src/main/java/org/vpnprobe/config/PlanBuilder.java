package org.vpnprobe.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.Diagnose;
import org.vpnprobe.model.Event;
import org.vpnprobe.model.Expectation;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.Rejected;
import org.vpnprobe.model.Resolver;
import org.vpnprobe.model.Role;
import org.vpnprobe.model.SourceMark;
import org.vpnprobe.model.Via;

/** Puts together what was read: selects, multiplies endpoints by vantages and families. */
final class PlanBuilder {
  private static final int MOST_CELLS = 1_000_000;

  private final String file;
  private final Options options;
  private final Frame frame;
  private final Map<String, EndpointReader.Entry> entries;
  private final Set<String> names;
  private final Problems problems;
  private final Warnings warnings;
  private final @Nullable Path table;

  /**
   * @param names all endpoints of the file, also those that were rejected
   */
  PlanBuilder(
      String file,
      Options options,
      Frame frame,
      Map<String, EndpointReader.Entry> entries,
      Set<String> names,
      Problems problems,
      Warnings warnings,
      @Nullable Path table) {
    this.file = file;
    this.options = options;
    this.frame = frame;
    this.entries = entries;
    this.names = names;
    this.problems = problems;
    this.warnings = warnings;
    this.table = table;
  }

  /** Adds to the problems what makes the result unusable. */
  Loaded build(List<Rejected> rejected) {
    List<Frame.Stand> stands = stands();
    Map<String, EndpointReader.Entry> selected = selected();
    boolean rehearsal = stands.stream().anyMatch(s -> s.bound().via() instanceof Via.Lab);
    Located<FileKeys.Lab> lab = frame.keys().lab();
    if (lab != null && !rehearsal) {
      problems.add(lab.at(), "lab", "has no meaning without carriers of via: lab");
    }
    Double pace = lab == null ? null : lab.value().pace();
    Long labSeed = lab == null ? null : lab.value().seed();
    long seed = options.seed().orElse(labSeed != null ? labSeed : fromRunId());
    Plan plan =
        new Plan(
            Plan.SCHEMA_VERSION,
            options.runId(),
            options.toolVersion(),
            options.now(),
            seed,
            options.profile(),
            pace == null ? 1 : pace,
            rehearsal,
            options.asControl(),
            stands.stream().map(Frame.Stand::facts).toList(),
            selected.values().stream().map(EndpointReader.Entry::facts).toList(),
            cells(stands, selected),
            references(frame.keys().anchors(), selected),
            references(frame.keys().witnesses(), selected),
            neighbours(selected),
            events(),
            rejected,
            file,
            Objects.requireNonNullElse(frame.defaults().diagnose(), Diagnose.SAFE),
            frame.resolvers().stream().map(PlanBuilder::named).toList(),
            frame.keys().clock() == null ? null : frame.keys().clock().off(),
            options.surveyFor().orElse(null),
            options.controlElsewhere() ? true : null);
    Map<String, BoundEndpoint> endpoints = new LinkedHashMap<>();
    selected.forEach((name, entry) -> endpoints.put(name, entry.bound()));
    Map<String, BoundVantage> vantages = new LinkedHashMap<>();
    stands.forEach(stand -> vantages.put(stand.name(), stand.bound()));
    return new Loaded(
        plan,
        endpoints,
        vantages,
        Objects.requireNonNullElse(frame.keys().limits(), Limits.NONE),
        frame.resolvers(),
        labSeed != null ? labSeed : seed,
        warnings.list(),
        table);
  }

  /** The name of a resolver, and that it is asked over HTTPS. */
  private static String named(Resolver resolver) {
    return resolver.url() == null ? resolver.name() : "https:" + resolver.name();
  }

  /** The same run has the same order again. The multiplier is 2^64 divided by the golden ratio. */
  private long fromRunId() {
    return options.runId().hashCode() * 0x9E3779B97F4A7C15L;
  }

  private List<Frame.Stand> stands() {
    SourceMark top = new SourceMark(file, 1, 1);
    List<Frame.Stand> all = frame.vantages();
    Selection selection = new Selection("--carrier", options.carriers());
    selection.check(all.stream().flatMap(PlanBuilder::names).distinct().toList(), problems);
    if (options.asControl()) {
      List<Frame.Stand> controls =
          all.stream().filter(s -> s.bound().role() == Role.CONTROL).toList();
      return controls.isEmpty()
          ? List.of(VantageReader.direct(top, VantageReader.THIS_CONTROL, Role.CONTROL))
          : controls;
    }
    if (options.controlElsewhere()) {
      return all.stream()
          .filter(s -> s.bound().role() == Role.CARRIER && selection.picks(names(s)))
          .toList();
    }
    return all.stream()
        .filter(s -> s.bound().role() == Role.CONTROL || selection.picks(names(s)))
        .toList();
  }

  private static Stream<String> names(Frame.Stand stand) {
    return Stream.of(stand.name(), stand.written()).distinct();
  }

  private Map<String, EndpointReader.Entry> selected() {
    Selection selection = new Selection("--only", options.only());
    Collection<String> words = new TreeSet<>();
    entries.values().forEach(entry -> words(entry).forEach(words::add));
    selection.check(words, problems);
    Map<String, EndpointReader.Entry> selected = new LinkedHashMap<>(entries);
    selected.values().removeIf(entry -> !selection.picks(words(entry)));
    return selected;
  }

  private static Stream<String> words(EndpointReader.Entry entry) {
    return Stream.concat(
        Stream.of(entry.facts().name(), entry.facts().protocol()), entry.facts().tags().stream());
  }

  private List<CellFacts> cells(
      List<Frame.Stand> stands, Map<String, EndpointReader.Entry> selected) {
    List<CellFacts> cells = new ArrayList<>();
    for (EndpointReader.Entry entry : selected.values()) {
      for (Frame.Stand stand : stands) {
        if (entry.neverFrom().contains(stand.name())
            || entry.neverFrom().contains(stand.written())) {
          continue;
        }
        Expectation expected =
            entry.expected().from(stand.name(), stand.written(), stand.bound().role());
        for (Family family : entry.families()) {
          String name = entry.bound().name();
          cells.add(
              new CellFacts(
                  CellFacts.id(name, stand.name(), family),
                  name,
                  stand.name(),
                  family,
                  expected,
                  entry.bound().hasOwn(stand.name()) ? true : null));
        }
      }
      if (cells.size() > MOST_CELLS) {
        problems.add(new SourceMark(file, 1, 1), "endpoints", "more than " + MOST_CELLS + " cells");
        return List.of();
      }
    }
    if (cells.isEmpty() && !selected.isEmpty() && problems.isEmpty()) {
      problems.add(
          new SourceMark(file, 1, 1),
          "never_probe_from",
          "leaves nothing to probe from the selected carriers");
    }
    return cells;
  }

  /** Names of endpoints, without those that were rejected or not selected. */
  private List<String> references(
      @Nullable List<Name> written, Map<String, EndpointReader.Entry> selected) {
    List<String> usable = new ArrayList<>();
    for (Name name : Objects.requireNonNullElse(written, List.<Name>of())) {
      if (reference(name.at(), name.text(), selected)) {
        usable.add(name.text());
      }
    }
    return usable.stream().distinct().toList();
  }

  private boolean reference(
      SourceMark at, String name, Map<String, EndpointReader.Entry> selected) {
    if (!names.contains(name)) {
      problems.unknown(at, name, "no endpoint has this name", names);
    }
    return selected.containsKey(name);
  }

  private List<Event> events() {
    List<FileKeys.Dated> dated = frame.keys().events();
    return dated == null
        ? List.of()
        : dated.stream().map(event -> new Event(event.date(), event.name().text())).toList();
  }

  private List<Plan.Neighbour> neighbours(Map<String, EndpointReader.Entry> selected) {
    List<Plan.Neighbour> neighbours = new ArrayList<>();
    for (Named<List<Name>> entry :
        Objects.requireNonNullElse(frame.keys().neighbours(), List.<Named<List<Name>>>of())) {
      boolean known = reference(entry.at(), entry.name(), selected);
      for (String beside : references(entry.value(), selected)) {
        if (known) {
          neighbours.add(new Plan.Neighbour(entry.name(), beside));
        }
      }
    }
    return neighbours;
  }
}

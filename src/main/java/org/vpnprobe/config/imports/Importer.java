package org.vpnprobe.config.imports;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.EndpointCheck;
import org.vpnprobe.config.ForeignFiles.How;
import org.vpnprobe.config.Options;
import org.vpnprobe.config.Problem;

/**
 * Reads sources to endpoints: gives them names, merges what is there twice, and rejects what
 * probes.yaml could not hold.
 */
public final class Importer {
  private final EndpointCheck check;

  /**
   * @param options which protocols there are
   */
  public Importer(Options options) {
    this.check = new EndpointCheck(options);
  }

  /** Which settings must not be shown, and what else there is to know of them. */
  public EndpointCheck check() {
    return check;
  }

  /**
   * Reads sources.
   *
   * @param format of all of them; null when each is recognized by what it holds
   * @param taken names that no endpoint can have
   */
  public Batch read(
      List<Source> sources, @Nullable ImportFormat format, How how, Set<String> taken) {
    Ledger ledger = new Ledger();
    for (Source source : sources) {
      Account.read(ledger, source, format);
    }
    return new Closing(how, taken).close(ledger);
  }

  /** What makes two endpoints the same one. */
  private record Same(String protocol, String address, Map<String, Object> settings) {}

  /** Goes through a ledger once. */
  private final class Closing {
    private final How how;
    private final EndpointNames names;
    private final List<Outcome> outcomes = new ArrayList<>();
    private final Map<Same, Integer> seen = new LinkedHashMap<>();

    Closing(How how, Set<String> taken) {
      this.how = how;
      this.names = new EndpointNames(taken);
    }

    Batch close(Ledger ledger) {
      for (Ledger.Line line : ledger.lines()) {
        switch (line) {
          case Ledger.Closed closed -> outcomes.add(closed.outcome());
          case Ledger.Open open -> close(open);
        }
      }
      List<String> remarks = new ArrayList<>(ledger.remarks());
      for (Outcome outcome : outcomes) {
        if (outcome instanceof Outcome.Imported imported) {
          Endpoint endpoint = imported.endpoint();
          endpoint.notes().forEach(note -> remarks.add(endpoint.name() + ": " + note));
        }
      }
      return new Batch(outcomes, remarks);
    }

    private void close(Ledger.Open open) {
      Entry entry = open.entry();
      Map<String, Object> settings = new LinkedHashMap<>(entry.settings());
      if (how.target().isPresent() && check.needs(entry.protocol(), "target")) {
        settings.putIfAbsent("target", how.target().get());
      }
      Same same = new Same(entry.protocol(), entry.address(), settings);
      Integer before = seen.get(same);
      if (before != null && outcomes.get(before) instanceof Outcome.Imported first) {
        merge(before, first, open);
        return;
      }
      // Checked under a name that fits, so that no name is used up by what is rejected.
      List<Problem> problems = check.problems(endpoint(open, settings, "new").node());
      if (!problems.isEmpty()) {
        outcomes.add(rejected(open, problems));
        return;
      }
      String name = names.name(entry.label(), entry.protocol(), entry.address());
      seen.put(same, outcomes.size());
      outcomes.add(new Outcome.Imported(open.at(), endpoint(open, settings, name)));
    }

    private Endpoint endpoint(Ledger.Open open, Map<String, Object> settings, String name) {
      Entry entry = open.entry();
      return new Endpoint(
          open.at(),
          name,
          entry.protocol(),
          entry.address(),
          tags(entry.tags(), how.tags()),
          settings,
          open.places(),
          entry.notes());
    }

    private void merge(int index, Outcome.Imported first, Ledger.Open open) {
      Endpoint kept = first.endpoint();
      outcomes.set(
          index,
          new Outcome.Imported(
              first.at(),
              new Endpoint(
                  kept.at(),
                  kept.name(),
                  kept.protocol(),
                  kept.address(),
                  tags(kept.tags(), open.entry().tags()),
                  kept.settings(),
                  kept.places(),
                  kept.notes())));
      outcomes.add(
          new Outcome.Skipped(
              open.at(),
              open.entry().label(),
              "the same as " + kept.name() + " (" + first.at() + ")"));
    }

    private static List<String> tags(List<String> own, List<String> others) {
      Set<String> all = new LinkedHashSet<>(own);
      all.addAll(others);
      return List.copyOf(all);
    }

    private static Outcome rejected(Ledger.Open open, List<Problem> problems) {
      Problem first = problems.getFirst();
      String more = problems.size() == 1 ? "" : " (and " + (problems.size() - 1) + " more)";
      boolean aimless = first.offending().equals("target") && first.expected().contains("missing");
      String expected =
          aimless
              ? "it proves itself by what comes back through it; name that with --target (under"
                  + " imports: target), such as http://host/path#text of the page"
              : first.expected();
      return new Outcome.Rejected(
          Objects.requireNonNullElse(first.at(), open.at()),
          new Problem(
              first.at(),
              Wordlike.shown(first.offending()),
              open.inner() + Wordlike.quoted(expected) + more,
              first.nearest()));
    }
  }
}

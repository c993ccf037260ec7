package org.vpnprobe.report.redact;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.analysis.Explanation;
import org.vpnprobe.analysis.Recorded;
import org.vpnprobe.analysis.Stories;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.EndpointFacts;
import org.vpnprobe.model.Observation;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.PseudonymKey;
import org.vpnprobe.report.Dossier;
import org.vpnprobe.report.redact.Texts.Mode;

/**
 * Turns a dossier into one that can be shared: addresses, host names and server names become stable
 * pseudonyms wherever they stand, in all of its texts. Ports, families, carriers, times and the
 * words of our own vocabulary stay. Redacting twice changes nothing more.
 *
 * <p>Not for several threads.
 */
public final class Redactor {
  /** Cell ids: an endpoint and where it was tried from. */
  private static final Set<String> CELLS =
      Set.of("Cell.id", "Explanation.cell", "Line.from", "PastVerdict.cell");

  private static final Set<String> ENDPOINTS =
      Set.of("Cell.endpoint", "Alternative.endpoint", "Dossier.sources");

  /** Words that mean something by themselves, and that other places of the report repeat. */
  private static final Set<String> WORDS =
      Set.of(
          "Cell.notExcluded",
          "Cell.advice",
          "Cell.tags",
          "LastFailure.failure",
          "Rollup.value",
          "Explanation.sentence",
          "Explanation.numbers",
          "Explanation.notExcluded",
          "Explanation.advice",
          "Line.result",
          "Step.failure");

  /** Ids of our own, and whose network it is: the point of a report. */
  private static final Set<String> NAMES =
      Set.of(
          "Report.runId",
          "Report.toolVersion",
          "Cell.protocol",
          "Cell.cause",
          "Cell.rule",
          "Alternative.protocol",
          "Rollup.by",
          "Vantage.kind",
          "Vantage.state",
          "Vantage.network",
          "Vantage.country",
          "Finding.id",
          "Explanation.cause",
          "Explanation.rule",
          "Line.role",
          "Observation.key",
          "PastVerdict.run",
          "PastVerdict.cause",
          "Carrier.name",
          "Carrier.displayName",
          "Cell.carrier",
          "Alternative.carrier",
          "Rollup.carrier",
          "Egress.vantage",
          "Egress.asName",
          "Egress.country");

  private static final Set<String> FILES = Set.of("SourceMark.file", "Rejected.file");

  /** What servers say of themselves, by which they could be found: as a whole a pseudonym. */
  private static final Set<String> NAMES_ITSELF =
      Set.of(
          "ike_server_id",
          "l2tp_host_name",
          "pptp_host",
          "proxy_authenticate",
          "softether_server",
          "tinc_node",
          "tls_issuer");

  /** Likewise by its key. */
  private static final Set<String> SHOWS_KEY =
      Set.of("ssh_host_key", "tor_ed25519_id", "tor_fingerprint");

  private static final String ENDPOINT = "endpoint";

  private final Pseudonyms pseudonyms;
  private final Texts texts;
  private final Map<String, String> endpoints = new HashMap<>();
  private final List<Plan> plans;
  private final Records records;
  private @Nullable Map<String, String> cells;

  private Redactor(List<Recorded> journals, PseudonymKey key) {
    Known known = Known.in(journals);
    pseudonyms = new Pseudonyms(key);
    known.hosts().stream().sorted().forEach(pseudonyms::host);
    known.addresses().forEach(pseudonyms::address);
    texts = new Texts(known, pseudonyms);
    records = new Records(new Changing());
    plans = journals.stream().map(Recorded::plan).toList();
    nameEndpoints();
  }

  /** The redactor of what these journals tell. */
  public static Redactor of(List<Recorded> journals) {
    return new Redactor(journals, JournalKeys.of(journals));
  }

  /** The redactor of what is said before there is a journal, when only the form of names tells. */
  public static Redactor of(PseudonymKey key) {
    return new Redactor(List.of(), key);
  }

  /** The dossier that can be shared; its stories are made and redacted when asked for. */
  public Dossier redact(Dossier dossier) {
    return records.of(dossier);
  }

  /** The story that can be shared. */
  public Explanation redact(Explanation story) {
    return records.of(story);
  }

  /** A line of talk that can be shared. */
  public String redact(String text) {
    return texts.of(text, Mode.TEXT);
  }

  /** The cell that a redacted report calls so; empty when there is none. */
  public Optional<String> cellCalled(String redacted) {
    return Optional.ofNullable(cells().get(redacted));
  }

  /** By what a redacted report calls them; made when asked for, since a run has no use for it. */
  private Map<String, String> cells() {
    Map<String, String> all = cells;
    if (all == null) {
      all = new HashMap<>();
      for (Plan plan : plans) {
        for (CellFacts cell : plan.cells()) {
          all.put(cell(cell.id()), cell.id());
        }
      }
      cells = all;
    }
    return all;
  }

  private final class Changing implements Records.Change {
    @Override
    public String text(String text, Record owner, String place) {
      if (owner instanceof Observation seen && place.equals("Observation.value")) {
        return observed(seen);
      }
      if (CELLS.contains(place)) {
        return cell(text);
      }
      if (ENDPOINTS.contains(place)) {
        return endpoint(text);
      }
      if (FILES.contains(place)) {
        return file(text);
      }
      return texts.of(
          text,
          NAMES.contains(place) ? Mode.NAMES : WORDS.contains(place) ? Mode.WORDS : Mode.TEXT);
    }

    @Override
    public Object other(Object value, String place) {
      if (value instanceof Stories stories) {
        return new Shared(stories);
      }
      throw new IllegalStateException(place + ": nobody knows how to redact this");
    }
  }

  /** Stories in which nothing tells an address, by the names of the redacted report. */
  private final class Shared implements Stories {
    private final Stories stories;

    Shared(Stories stories) {
      this.stories = stories;
    }

    @Override
    public Optional<Explanation> of(String cell) {
      return stories.of(cells().getOrDefault(cell, cell)).map(Redactor.this::redact);
    }

    @Override
    public List<Explanation.Line> own(String cell) {
      return stories.own(cells().getOrDefault(cell, cell)).stream().map(records::of).toList();
    }
  }

  private String observed(Observation seen) {
    if (NAMES_ITSELF.contains(seen.key())) {
      return whole("name", seen.value());
    }
    if (SHOWS_KEY.contains(seen.key()) || seen.key().endsWith("_sha256")) {
      return whole("key", seen.value());
    }
    return texts.of(seen.value(), Mode.TEXT);
  }

  private String whole(String kind, String value) {
    return value.isEmpty() || Pseudonyms.isOne(kind, value) ? value : pseudonyms.of(kind, value);
  }

  private String cell(String id) {
    int at = id.lastIndexOf('@');
    if (at < 0) {
      return endpoint(id);
    }
    String shown = endpoint(id.substring(0, at)) + "@" + texts.of(id.substring(at + 1), Mode.NAMES);
    return shown.equals(id) ? id : shown; // Of a hundred thousand one object is enough.
  }

  private String endpoint(String name) {
    return endpoints.getOrDefault(name, texts.of(name, Mode.TEXT));
  }

  /** Without the folders that may tell who made it; those below where it was run stay. */
  private String file(String path) {
    return texts.of(path.substring(Known.folders(path)), Mode.NAMES);
  }

  /** Two endpoints never become one: names that spell one host are told apart. */
  private void nameEndpoints() {
    Map<String, String> first = new HashMap<>();
    Map<String, Set<String>> several = new TreeMap<>();
    for (Plan plan : plans) {
      for (EndpointFacts endpoint : plan.endpoints()) {
        String name = endpoint.name();
        String shown = texts.of(name, Mode.TEXT);
        String before = first.putIfAbsent(shown, name);
        if (before != null && !before.equals(name)) {
          several.computeIfAbsent(shown, s -> new LinkedHashSet<>(List.of(before))).add(name);
        }
      }
    }
    several.forEach((shown, names) ->
        names.stream()
            .filter(name -> !name.equals(shown))
            .forEach(name -> endpoints.put(name, shown + "+" + tag(name))));
  }

  private String tag(String endpoint) {
    return pseudonyms.of(ENDPOINT, endpoint).substring(ENDPOINT.length() + 1);
  }
}

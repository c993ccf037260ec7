package org.vpnprobe.model;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a run set out to do: the first line of its journal, so that every report can be made from
 * the journal alone. Holds no secret; addresses are in it.
 *
 * @param schemaVersion of the journal
 * @param runId random, unique
 * @param seed what the random order came from
 * @param pace 1 for real time; in a rehearsal every duration of the rules is divided by it
 * @param rehearsal the lab, not the world, was measured: said on every report
 * @param cells the cells of carriers and of controls (a control's cells are never judged as
 *     blocked)
 * @param witnesses names of endpoints that the user named as witnesses; empty: chosen by the rules
 * @param neighbours endpoint name of a suspect to names of endpoints that stand beside it
 * @param diagnose which experiments may follow the counted trials
 * @param resolvers names of the resolvers that the user named, {@code https:} before those that are
 *     asked over HTTPS
 * @param clockAhead how far the user says this machine's clock is ahead, negative when behind; null
 *     when nothing is said
 * @param surveyFor how long a control that runs alone goes on looking, null for the usual time
 * @param controlElsewhere a control runs on another machine meanwhile: suspects are examined as
 *     long as if it answered
 * @param pseudonyms what redacted reports make their pseudonyms with, null in a plan that was not
 *     made for a journal
 */
public record Plan(
    int schemaVersion,
    String runId,
    String toolVersion,
    Instant createdAt,
    long seed,
    Profile profile,
    double pace,
    boolean rehearsal,
    boolean asControl,
    List<VantageFacts> vantages,
    List<EndpointFacts> endpoints,
    List<CellFacts> cells,
    List<String> anchors,
    List<String> witnesses,
    List<Neighbour> neighbours,
    List<Event> events,
    List<Rejected> rejected,
    @Nullable String file,
    Diagnose diagnose,
    List<String> resolvers,
    @Nullable Duration clockAhead,
    @Nullable Duration surveyFor,
    @Nullable Boolean controlElsewhere,
    @Nullable PseudonymKey pseudonyms) {

  /** The journal's schema version that this code writes. */
  public static final int SCHEMA_VERSION = 1;

  public Plan {
    // Journals of a version without experiments do not have these two.
    diagnose = Objects.requireNonNullElse(diagnose, Diagnose.OFF);
    resolvers = List.copyOf(Objects.requireNonNullElse(resolvers, List.of()));
    vantages = List.copyOf(vantages);
    endpoints = List.copyOf(endpoints);
    cells = List.copyOf(cells);
    anchors = List.copyOf(anchors);
    witnesses = List.copyOf(witnesses);
    neighbours = List.copyOf(neighbours);
    events = List.copyOf(events);
    rejected = List.copyOf(rejected);
  }

  /** A plan that no redacted report will be made from, or only one whose pseudonyms are its own. */
  public Plan(
      int schemaVersion,
      String runId,
      String toolVersion,
      Instant createdAt,
      long seed,
      Profile profile,
      double pace,
      boolean rehearsal,
      boolean asControl,
      List<VantageFacts> vantages,
      List<EndpointFacts> endpoints,
      List<CellFacts> cells,
      List<String> anchors,
      List<String> witnesses,
      List<Neighbour> neighbours,
      List<Event> events,
      List<Rejected> rejected,
      @Nullable String file,
      Diagnose diagnose,
      List<String> resolvers,
      @Nullable Duration clockAhead,
      @Nullable Duration surveyFor,
      @Nullable Boolean controlElsewhere) {
    this(
        schemaVersion,
        runId,
        toolVersion,
        createdAt,
        seed,
        profile,
        pace,
        rehearsal,
        asControl,
        vantages,
        endpoints,
        cells,
        anchors,
        witnesses,
        neighbours,
        events,
        rejected,
        file,
        diagnose,
        resolvers,
        clockAhead,
        surveyFor,
        controlElsewhere,
        null);
  }

  /** A plan without experiments, of a machine whose clock is taken to be right. */
  public Plan(
      int schemaVersion,
      String runId,
      String toolVersion,
      Instant createdAt,
      long seed,
      Profile profile,
      double pace,
      boolean rehearsal,
      boolean asControl,
      List<VantageFacts> vantages,
      List<EndpointFacts> endpoints,
      List<CellFacts> cells,
      List<String> anchors,
      List<String> witnesses,
      List<Neighbour> neighbours,
      List<Event> events,
      List<Rejected> rejected,
      @Nullable String file) {
    this(
        schemaVersion,
        runId,
        toolVersion,
        createdAt,
        seed,
        profile,
        pace,
        rehearsal,
        asControl,
        vantages,
        endpoints,
        cells,
        anchors,
        witnesses,
        neighbours,
        events,
        rejected,
        file,
        Diagnose.OFF,
        List.of(),
        null,
        null,
        null,
        null);
  }

  /** The same plan, made at another time. */
  public Plan at(Instant when) {
    return with(when, pseudonyms);
  }

  /** The same plan, with this key for the pseudonyms of redacted reports. */
  public Plan withPseudonyms(PseudonymKey key) {
    return with(createdAt, key);
  }

  private Plan with(Instant made, @Nullable PseudonymKey key) {
    return new Plan(
        schemaVersion,
        runId,
        toolVersion,
        made,
        seed,
        profile,
        pace,
        rehearsal,
        asControl,
        vantages,
        endpoints,
        cells,
        anchors,
        witnesses,
        neighbours,
        events,
        rejected,
        file,
        diagnose,
        resolvers,
        clockAhead,
        surveyFor,
        controlElsewhere,
        key);
  }

  /** True when the journal is to be merged with that of a control on another machine. */
  public boolean hasControlElsewhere() {
    return Boolean.TRUE.equals(controlElsewhere);
  }

  /** An endpoint that the user says stands beside another, for contrast. */
  public record Neighbour(String endpoint, String beside) {}
}

package org.vpnprobe.analysis.experiment;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.Diagnose;
import org.vpnprobe.model.EndpointFacts;
import org.vpnprobe.model.Experiment;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.Measurement;

/**
 * One suspect as its experiments see it.
 *
 * @param control the same endpoint at a control, null when there is none
 * @param own trials of the cell itself that measured something, by time, those of experiments with
 *     the endpoint's own handshake among them
 * @param controls the same from controls
 * @param experiments trials of this suspect's experiments, by number
 * @param elsewhere cells on the same line that answered, of servers that show a certificate at
 *     addresses that no suspect has; no other suspect's experiments use them
 * @param beside a cell on the same line that answered, of a server at another address whose
 *     sessions carry data; null when there is none
 * @param ports other TCP ports of the suspect's host that the file names
 * @param resolvers names of those that the file names, {@code https:} before those asked so
 * @param vantage what it can show
 * @param pace by how much a rehearsal's time is compressed
 */
public record Case(
    CellFacts cell,
    EndpointFacts endpoint,
    @Nullable String control,
    List<Measurement> own,
    List<Measurement> controls,
    List<Measurement> experiments,
    List<String> elsewhere,
    @Nullable String beside,
    List<Integer> ports,
    Diagnose diagnose,
    List<String> resolvers,
    Vantage vantage,
    double pace) {

  /**
   * What the vantage can show.
   *
   * @param names whose resolver answers is known, so that DNS can be blamed
   * @param times connect times are round trips to the target
   */
  public record Vantage(boolean names, boolean times) {}

  public Case {
    own = List.copyOf(own);
    controls = List.copyOf(controls);
    experiments = List.copyOf(experiments);
    elsewhere = List.copyOf(elsewhere);
    ports = List.copyOf(ports);
    resolvers = List.copyOf(resolvers);
  }

  /** Where the cell's trials fail. */
  public Stage stage() {
    return Stage.of(endpoint, own);
  }

  /** Before the name of a resolver that is asked over HTTPS. */
  static final String SECURE = "https:";

  /** True where foreign bytes may be sent to the endpoint (design §4a, rules of reach). */
  boolean foreignBytes() {
    return diagnose == Diagnose.FULL || !endpoint.obfuscated();
  }

  /** The cell of another server at this suspect's control. */
  static String atControl(String other, String control) {
    return other.substring(0, other.indexOf('@')) + control.substring(control.indexOf('@'));
  }

  /** The trials of one experiment from one cell, by number. */
  List<Measurement> of(Inquiry inquiry, @Nullable String cellId) {
    return of(inquiry).stream().filter(m -> m.cell().equals(cellId)).toList();
  }

  /** The trials of one experiment that measured something, by number. */
  List<Measurement> of(Inquiry inquiry) {
    return experiments.stream()
        .filter(m -> experiment(m).name().equals(inquiry.name()))
        .filter(Case::usable)
        .toList();
  }

  /** So many trials of an experiment measured nothing: it does not work here. */
  boolean broken(Inquiry inquiry) {
    return experiments.stream()
            .filter(m -> experiment(m).name().equals(inquiry.name()))
            .filter(m -> !usable(m))
            .count()
        >= 2;
  }

  static Experiment experiment(Measurement m) {
    return Objects.requireNonNull(m.experiment(), m.id());
  }

  private static boolean usable(Measurement m) {
    return m.failure() == null
        || m.failure().kind().meaning() == FailureKind.Meaning.PATH
        || m.failure().kind().meaning() == FailureKind.Meaning.ANSWERED;
  }

  /** The server answered, whatever it said; nobody on the way can be told from it by this. */
  static boolean answered(Measurement m) {
    return m.succeeded()
        || (m.failure() != null && m.failure().kind().meaning() == FailureKind.Meaning.ANSWERED);
  }

  static boolean failedWith(Measurement m, FailureKind kind) {
    return m.failure() != null && m.failure().kind() == kind;
  }

  /** The address that the cell's own trials last met, without its port. */
  Optional<String> address() {
    return own.reversed().stream()
        .flatMap(m -> Optional.ofNullable(m.address()).stream())
        .map(address -> HostPort.of(address).host())
        .findFirst();
  }
}

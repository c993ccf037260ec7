package org.vpnprobe.cli;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.analysis.Recorded;
import org.vpnprobe.report.Dossier;
import org.vpnprobe.report.Format;
import org.vpnprobe.report.redact.Redactor;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Whether addresses and host names are shown. */
final class PrivacyOptions {
  @ArgGroup private @Nullable Choice choice;

  private @Nullable Redactor redactor;
  private @Nullable List<Recorded> redacted;
  private @Nullable Dossier original;
  private @Nullable Dossier shared;

  /** One or the other; without either it depends on what an output is made for. */
  static final class Choice {
    @Option(
        names = "--redact",
        description =
            "Put pseudonyms in the place of addresses and host names, in every output. Formats made"
                + " to be shared do so anyway. The journal keeps them.")
    private boolean redact;

    @Option(
        names = "--reveal",
        description = "Leave addresses and host names in, also in formats made to be shared.")
    private boolean reveal;
  }

  /** True when every output is to be redacted. */
  boolean redacts() {
    return choice != null && choice.redact;
  }

  /** True when this format is to be redacted. */
  boolean redacts(Format format) {
    return choice == null ? format.shared() : choice.redact;
  }

  /** The dossier as this format may show it. */
  Dossier shown(Dossier dossier, Format format, List<Recorded> journals) {
    return redacts(format) ? redacted(dossier, journals) : dossier;
  }

  /** The dossier as it may be shown to whoever asked. */
  Dossier shown(Dossier dossier, List<Recorded> journals) {
    return redacts() ? redacted(dossier, journals) : dossier;
  }

  private Dossier redacted(Dossier dossier, List<Recorded> journals) {
    Dossier before = shared;
    if (before == null || dossier != original) {
      before = redactor(journals).redact(dossier);
      original = dossier;
      shared = before;
    }
    return before;
  }

  /** What takes addresses out, when every output is to be redacted. */
  Optional<Redactor> ofAll(List<Recorded> journals) {
    return redacts() ? Optional.of(redactor(journals)) : Optional.empty();
  }

  /** What takes addresses out; made once for the same journals, since it looks through them all. */
  Redactor redactor(List<Recorded> journals) {
    if (redactor == null || !journals.equals(redacted)) {
      redactor = Redactor.of(journals);
      redacted = journals;
    }
    return redactor;
  }
}

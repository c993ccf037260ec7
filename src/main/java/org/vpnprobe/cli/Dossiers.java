package org.vpnprobe.cli;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.vpnprobe.analysis.Analyst;
import org.vpnprobe.analysis.Recorded;
import org.vpnprobe.model.EndpointFacts;
import org.vpnprobe.model.SourceMark;
import org.vpnprobe.report.Dossier;

/** Puts together what the formats draw on. */
final class Dossiers {
  private Dossiers() {}

  /** The dossier of these journals, with what a history knows of the time before. */
  static Dossier of(List<Recorded> journals, HistoryOption history, Streams streams) {
    HistoryOption.Past past = history.past(journals, streams);
    Map<String, SourceMark> sources = new HashMap<>();
    for (Recorded recorded : journals) {
      for (EndpointFacts endpoint : recorded.plan().endpoints()) {
        if (endpoint.where() != null) {
          sources.put(endpoint.name(), endpoint.where());
        }
      }
    }
    Analyst.Judged judged = Analyst.judged(journals, past.earlier());
    return new Dossier(judged.report(), judged.stories(), sources, past.verdicts());
  }
}

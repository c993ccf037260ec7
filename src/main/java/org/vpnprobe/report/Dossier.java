package org.vpnprobe.report;

import java.util.List;
import java.util.Map;
import org.vpnprobe.analysis.Stories;
import org.vpnprobe.model.PastVerdict;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.SourceMark;

/**
 * All that a format may draw on: the verdicts, and what led to them.
 *
 * @param stories every trial behind each cell, made when asked for
 * @param sources where each endpoint's entry stands in the file, by endpoint; those of the command
 *     line have none
 * @param past what earlier runs said of these cells, oldest first; empty without a history
 */
public record Dossier(
    Report report, Stories stories, Map<String, SourceMark> sources, List<PastVerdict> past) {
  public Dossier {
    sources = Map.copyOf(sources);
    past = List.copyOf(past);
  }
}

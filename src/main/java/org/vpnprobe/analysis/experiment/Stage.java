package org.vpnprobe.analysis.experiment;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.EndpointFacts;
import org.vpnprobe.model.Failure;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Transport;

/** Where and how a cell's trials fail: which experiments can say anything depends on it. */
public enum Stage {
  /** The name leads nowhere. */
  RESOLVE,
  /** No answer to a SYN. */
  CONNECT_SILENT,
  /** A reset or a refusal to a SYN. */
  CONNECT_REFUSED,
  /** A router's ICMP error. */
  UNREACHABLE,
  /** A ClientHello is answered by a reset. */
  TLS_RESET,
  /** A ClientHello is not answered. */
  TLS_SILENT,
  /** The first bytes of another protocol over TCP are answered by a reset or an end. */
  STREAM_RESET,
  /** They are not answered. */
  STREAM_SILENT,
  /** Datagrams are not answered. */
  DATAGRAMS_SILENT,
  /** Datagrams meet ICMP port unreachable. */
  DATAGRAMS_REFUSED,
  /** The handshake passes, and what comes after it does not. */
  LATER,
  /** Something answers that is not the server, or refuses us. */
  ANSWERED;

  /**
   * The stage in which most of these failures happened, {@code LATER} for none; what fails on an
   * open connection tells more than connects that fail.
   */
  static Stage of(EndpointFacts endpoint, List<Measurement> trials) {
    Map<Stage, Integer> counts = new EnumMap<>(Stage.class);
    for (Measurement m : trials) {
      Failure failure = m.failure();
      if (failure != null && failure.kind().meaning() != FailureKind.Meaning.VANTAGE) {
        counts.merge(of(endpoint, m, failure), 1, Integer::sum);
      }
    }
    Stage most = LATER;
    for (Map.Entry<Stage, Integer> entry : counts.entrySet()) {
      if (entry.getValue() > counts.getOrDefault(most, 0)) {
        most = entry.getKey();
      }
    }
    return most == CONNECT_SILENT || most == CONNECT_REFUSED ? behind(counts, most) : most;
  }

  /** Connects that fail may be the penalty for what was sent on one that did not. */
  private static Stage behind(Map<Stage, Integer> counts, Stage most) {
    return counts.entrySet().stream()
        .filter(entry -> entry.getKey().afterConnect())
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .orElse(most);
  }

  private static Stage of(EndpointFacts endpoint, Measurement m, Failure failure) {
    FailureKind kind = failure.kind();
    if (failure.step() == StepName.RESOLVE) {
      return RESOLVE;
    }
    if (kind.meaning() == FailureKind.Meaning.ANSWERED) {
      return ANSWERED;
    }
    if (m.reached() != null && m.reached().atLeast(Depth.HANDSHAKE)) {
      return LATER;
    }
    boolean refused =
        kind == FailureKind.CONNECTION_REFUSED
            || kind == FailureKind.CONNECTION_RESET
            || kind == FailureKind.CONNECTION_ABORTED;
    switch (kind) {
      case HOST_UNREACHABLE, NETWORK_UNREACHABLE, ADMIN_PROHIBITED -> {
        return UNREACHABLE;
      }
      default -> {
        // By transport, below.
      }
    }
    if (endpoint.transport() == Transport.UDP) {
      return refused ? DATAGRAMS_REFUSED : DATAGRAMS_SILENT;
    }
    boolean ended = refused || kind == FailureKind.EOF_ERROR;
    return switch (failure.step()) {
      case CONNECT -> refused ? CONNECT_REFUSED : CONNECT_SILENT;
      case TLS -> ended ? TLS_RESET : TLS_SILENT;
      default -> ended ? STREAM_RESET : STREAM_SILENT;
    };
  }

  /** A TCP connection opens, and what is sent on it fails. */
  boolean afterConnect() {
    return this == TLS_RESET || this == TLS_SILENT || this == STREAM_RESET || this == STREAM_SILENT;
  }

  /** What fails is not lost: something ends it. */
  boolean ends() {
    return this == TLS_RESET || this == STREAM_RESET || this == CONNECT_REFUSED;
  }
}

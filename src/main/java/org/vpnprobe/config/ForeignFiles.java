package org.vpnprobe.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads endpoints out of files of other programs, for {@code imports:}. */
public interface ForeignFiles {
  /** Reads nothing. */
  ForeignFiles NONE =
      (source, shown, folder, how, taken) -> {
        throw new Unreadable(
            "this program reads no foreign files; expected the endpoints written out");
      };

  /**
   * How a file is read.
   *
   * @param format its format, when the user says so
   * @param tags for all its endpoints
   * @param target what to reach through what is a proxy, when the user says so
   */
  record How(Optional<String> format, List<String> tags, Optional<String> target) {
    public How {
      tags = List.copyOf(tags);
    }
  }

  /**
   * What a file has brought.
   *
   * @param endpoints as if they stood in probes.yaml, with their places in the foreign file
   * @param rejected what could not be used
   * @param remarks what the user should know, one sentence each, without secrets
   */
  record Brought(List<Yaml.Mapping> endpoints, List<Problem> rejected, List<String> remarks) {
    public Brought {
      endpoints = List.copyOf(endpoints);
      rejected = List.copyOf(rejected);
      remarks = List.copyOf(remarks);
    }
  }

  /** A source cannot be read at all. Says what was expected; shows no secret. */
  final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    public Unreadable(String message) {
      super(message);
    }
  }

  /**
   * Reads one source.
   *
   * @param source a path, or a share link
   * @param shown a path as it may be shown: without what came from the environment
   * @param folder what a relative path starts from
   * @param taken names that its endpoints cannot have
   */
  Brought read(String source, String shown, Path folder, How how, Set<String> taken)
      throws Unreadable;
}

package org.vpnprobe.config.imports.openvpn;

import java.util.IdentityHashMap;
import java.util.Map;
import org.vpnprobe.config.ForeignFiles.Unreadable;
import org.vpnprobe.config.imports.Source;

/**
 * Where a client's file comes from, and what its directives refer to, read once for all servers.
 */
final class Origin {
  private final Source source;
  private final boolean several;
  private final Map<Directive, String> contents = new IdentityHashMap<>();

  /**
   * @param several the file names more than one server
   */
  Origin(Source source, boolean several) {
    this.source = source;
    this.several = several;
  }

  Source source() {
    return source;
  }

  /** True when names of endpoints have to tell its servers apart. */
  boolean several() {
    return several;
  }

  /**
   * The text of a directive's block or of the file that it names.
   *
   * @throws Unreadable when there is no such file
   */
  String content(Directive directive) throws Unreadable {
    String known = contents.get(directive);
    if (known != null) {
      return known;
    }
    String inline = directive.inline();
    String text =
        (inline != null ? inline : source.beside(directive.arguments().getFirst())).strip() + "\n";
    contents.put(directive, text);
    return text;
  }
}

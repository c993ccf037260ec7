package org.vpnprobe.config.imports.ike;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.ForeignFiles.Unreadable;
import org.vpnprobe.config.imports.Source;
import org.vpnprobe.config.imports.Span;
import org.vpnprobe.config.imports.ike.SwanSections.Section;
import org.vpnprobe.config.imports.ike.SwanSections.Value;

/** The files that a swanctl.conf names, where swanctl looks for them, or beside it. */
final class SwanFiles {
  /** In one list: a chain has three or four. */
  private static final int MOST_CERTIFICATES = 50;

  private final Source source;

  /** What was read, by folder and names: connections mostly name the same. */
  private final Map<List<String>, String> known = new HashMap<>();

  /**
   * @param source in whose folder they lie
   */
  SwanFiles(Source source) {
    this.source = source;
  }

  /** The certificates that a key names, null when there is no such key. */
  @Nullable String certificates(Section side, String key, String folder) throws Unusable {
    Value names = side.values().get(key);
    List<String> files = names == null ? List.of() : SwanSections.list(names.text());
    if (names == null || files.isEmpty()) {
      return null;
    }
    if (files.size() > MOST_CERTIFICATES) {
      throw new Unusable(names.at(), key, "more than " + MOST_CERTIFICATES + " files");
    }
    List<String> asked = new ArrayList<>(files);
    asked.addFirst(folder);
    String read = known.get(asked);
    if (read == null) {
      List<String> pems = new ArrayList<>();
      for (String name : files) {
        String pem = beside(folder, name, names.at(), key);
        if (!Authorities.readable(pem)) {
          throw new Unusable(names.at(), key, "expected certificates in PEM");
        }
        pems.add(pem);
      }
      read = Authorities.joined(pems);
      known.put(asked, read);
    }
    return read;
  }

  /** The private key that a secret names. */
  String key(Section secret, Value file) throws Unusable {
    String kind = secret.name().replaceFirst("[-_]?\\d*$", "");
    String folder = kind.matches("rsa|ecdsa|pkcs8") ? kind : "private";
    List<String> asked = List.of(folder, file.text());
    String read = known.get(asked);
    if (read == null) {
      read = beside(folder, file.text(), file.at(), "file");
      known.put(asked, read);
    }
    return read;
  }

  private String beside(String folder, String name, Span at, String key) throws Unusable {
    try {
      return source.beside(folder + "/" + name).strip() + "\n";
    } catch (Unreadable inFolder) {
      try {
        return source.beside(name).strip() + "\n";
      } catch (Unreadable e) {
        throw new Unusable(at, key, name + ": " + e.getMessage());
      }
    }
  }
}

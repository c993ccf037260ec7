package org.vpnprobe.config.imports;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint as a format found it, in the terms of probes.yaml. Its values are taken literally:
 * <code>${</code> has no meaning in them.
 *
 * @param span the lines that it takes up
 * @param label what the source calls it, possibly empty; its name is made from that
 * @param protocol of the registry
 * @param address {@code host:port}
 * @param settings by the protocol's keys: String, Number, Boolean, List or Map of these
 * @param places where settings stand that do not begin where the entry does
 * @param tags words to select by
 * @param notes what the user should know of it, without secrets
 */
public record Entry(
    Span span,
    String label,
    String protocol,
    String address,
    Map<String, Object> settings,
    Map<String, Span> places,
    List<String> tags,
    List<String> notes) {

  public Entry {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    places = Map.copyOf(places);
    tags = List.copyOf(tags);
    notes = List.copyOf(notes);
  }

  /** Begins an entry. */
  public static Builder of(Span span, String protocol, String address) {
    return new Builder(span, protocol, address);
  }

  /** Puts an entry together. */
  public static final class Builder {
    private final Span span;
    private final String protocol;
    private final String address;
    private final Map<String, Object> settings = new LinkedHashMap<>();
    private final Map<String, Span> places = new LinkedHashMap<>();
    private final Set<String> tags = new LinkedHashSet<>();
    private final List<String> notes = new ArrayList<>();
    private String label = "";

    private Builder(Span span, String protocol, String address) {
      this.span = span;
      this.protocol = protocol;
      this.address = address;
    }

    /** What the source calls it. */
    public Builder label(String text) {
      label = text;
      return this;
    }

    /** A setting; nothing when the value is null. */
    public Builder set(String key, @Nullable Object value) {
      if (value != null) {
        settings.put(key, value);
      }
      return this;
    }

    /** A setting that stands at a place of its own; nothing when the value is null. */
    public Builder set(String key, @Nullable Object value, Span at) {
      if (value != null) {
        places.put(key, at);
      }
      return set(key, value);
    }

    /** A word to select by. */
    public Builder tag(String word) {
      tags.add(word);
      return this;
    }

    /** What the user should know of it. */
    public Builder note(String sentence) {
      notes.add(sentence);
      return this;
    }

    /** The entry. */
    public Entry build() {
      return new Entry(span, label, protocol, address, settings, places, List.copyOf(tags), notes);
    }
  }
}

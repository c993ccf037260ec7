package org.vpnprobe.config.imports;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.vpnprobe.config.ForeignFiles.Unreadable;

/** Opens what the user names: a file, a share link, standard input, an https:// address. */
public final class Sources {
  private static final Pattern LINK =
      Pattern.compile("([A-Za-z][A-Za-z0-9+.-]{0,30})://.*", Pattern.DOTALL);

  /** A proxy has a port and no path; an address of something has a path. */
  private static final Pattern PROXY = Pattern.compile("[^:]+://[^/?#]+:\\d+/?(?:#.*)?");

  private final Path folder;

  /**
   * @param folder what relative paths start from
   */
  public Sources(Path folder) {
    this.folder = folder;
  }

  /** True when a text is a share link or an address, and no file. */
  public static boolean isLink(String text) {
    return LINK.matcher(text).matches();
  }

  /** True when a text is an address of something to fetch. */
  public static boolean isAddress(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    boolean fetched = lower.startsWith("https://") || lower.startsWith("http://");
    return lower.startsWith("ssconf://") || (fetched && !PROXY.matcher(text).matches());
  }

  /** A file or a share link. Nothing is contacted. */
  public Source local(String named) throws Unreadable {
    return local(named, named);
  }

  /**
   * A file or a share link. Nothing is contacted.
   *
   * @param shown what a file is called in messages
   */
  Source local(String named, String shown) throws Unreadable {
    Matcher link = LINK.matcher(named);
    if (link.matches()) {
      return Source.of(link.group(1).toLowerCase(Locale.ROOT) + "://…", named);
    }
    return file(named, shown);
  }

  /**
   * Whatever the user may name.
   *
   * @param in read for {@code -}
   * @param fetch asked for {@code https://} and {@code ssconf://}
   */
  public Source any(String named, InputStream in, Supplier<Fetch> fetch) throws Unreadable {
    if (named.equals("-")) {
      return Source.of("(standard input)", read(in, "(standard input)"), null);
    }
    if (!isAddress(named)) {
      return local(named);
    }
    if (named.toLowerCase(Locale.ROOT).startsWith("http://")) {
      throw new Unreadable(
          "http://…: whoever is on the way can change what comes over plain HTTP; expected https://");
    }
    // Outline's ssconf:// is the same address over HTTPS.
    return fetch.get().get("https://" + named.substring(named.indexOf("://") + "://".length()));
  }

  private Source file(String named, String shown) throws Unreadable {
    try {
      Path file = folder.resolve(named);
      if (!Files.exists(file)) {
        throw new Unreadable(shown + ": there is no such file");
      }
      if (Files.isDirectory(file)) {
        throw new Unreadable(shown + ": this is a folder; expected files (" + shown + "/*)");
      }
      try (InputStream in = Files.newInputStream(file)) {
        return Source.of(shown, read(in, shown), file.toAbsolutePath().getParent());
      }
    } catch (InvalidPathException e) {
      throw new Unreadable("expected a file, - or a share link");
    } catch (IOException e) {
      throw new Unreadable(shown + ": this file cannot be read");
    }
  }

  private static byte[] read(InputStream in, String name) throws Unreadable {
    try {
      return in.readNBytes(Source.MOST_BYTES + 1);
    } catch (IOException e) {
      throw new Unreadable(name + ": cannot be read");
    }
  }
}

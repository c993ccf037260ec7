package org.vpnprobe.config.imports.proxies;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.ForeignFiles.Unreadable;
import org.vpnprobe.config.imports.Account;
import org.vpnprobe.config.imports.ImportFormat;
import org.vpnprobe.config.imports.Source;
import org.vpnprobe.config.imports.Span;

/** Share links of proxies, of all schemes in any order, one or several a line. */
public final class ShareLinks implements ImportFormat {
  private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]{0,30})://.*");

  /** White space before another link; a label may have some, too. */
  private static final Pattern NEXT =
      Pattern.compile("(?<!\\s)\\s++(?=[A-Za-z][A-Za-z0-9+.-]{0,30}://\\S)");

  /** What panels write above their links. */
  private static final Pattern STATUS = Pattern.compile("(?:STATUS|REMARKS|MAX)=.*");

  @Override
  public String name() {
    return "links";
  }

  @Override
  public String summary() {
    return "share links: ss, vmess, vless, trojan, hysteria2, tuic, wireguard, socks, http";
  }

  @Override
  public boolean recognizes(Source source) {
    return source.lines().stream()
        .map(line -> SCHEME.matcher(line.strip()))
        .filter(Matcher::matches)
        .anyMatch(scheme -> isKnown(scheme.group(1).toLowerCase(Locale.ROOT)));
  }

  private static boolean isKnown(String scheme) {
    return LinkKind.ALL.containsKey(scheme)
        || Terms.UNSPOKEN.containsKey(scheme)
        || elsewhere(scheme) != null;
  }

  @Override
  public void read(Source source, Account account) {
    ProxyAccount proxies = new ProxyAccount(account);
    for (int number = 1; number <= source.lines().size(); number++) {
      String line = source.line(number);
      if (isFrame(line.strip())) {
        account.cover(Span.line(number));
        continue;
      }
      int from = line.length() - line.stripLeading().length();
      Matcher next = NEXT.matcher(line);
      while (from < line.length()) {
        int end = next.find(from) ? next.start() : line.length();
        String text = line.substring(from, end);
        if (!text.isBlank()) {
          one(new Part(text.stripTrailing(), Span.at(number, from + 1)), proxies);
        }
        from = end < line.length() ? next.end() : end;
      }
    }
  }

  private static boolean isFrame(String line) {
    return line.isEmpty()
        || line.startsWith("#")
        || line.startsWith(";")
        || line.startsWith("//")
        || STATUS.matcher(line).matches();
  }

  private static void one(Part text, ProxyAccount account) {
    Matcher form = SCHEME.matcher(text.text());
    if (!form.matches()) {
      account.account().reject(text.at(), "", "expected a share link, such as vless://…");
      return;
    }
    String scheme = form.group(1).toLowerCase(Locale.ROOT);
    if (!isKnown(scheme)) {
      account
          .account()
          .reject(text.at(), Terms.word(scheme) + "://", "nothing is known of such links");
      return;
    }
    try {
      if (scheme.equals("vpn")) {
        account.account().nested(text.at(), Source.of("vpn://…", text.text()), null);
        return;
      }
      LinkKind kind = LinkKind.ALL.get(scheme);
      if (kind == null) {
        String reason = elsewhere(scheme);
        throw NotImported.unspoken(
            reason == null ? String.valueOf(Terms.UNSPOKEN.get(scheme)) : reason);
      }
      kind.read(Link.of(text), account);
    } catch (NotImported e) {
      account.refused(e, text.at(), label(text.text(), scheme));
    } catch (Unreadable e) {
      account.account().reject(text.at(), "", String.valueOf(e.getMessage()));
    }
  }

  private static String label(String link, String scheme) {
    int hash = link.indexOf('#');
    boolean early = hash >= 0 && link.lastIndexOf('@', hash) < 0;
    String label =
        hash < 0 ? "" : Link.label(new Part(link.substring(hash + 1), Span.line(1)), early);
    return label.isBlank() ? scheme + "://" : label;
  }

  /** What leads to servers and has none in it; null for all others. */
  private static @Nullable String elsewhere(String scheme) {
    return switch (scheme) {
      case "ssconf" ->
          "its servers have to be fetched, and only what is named on the command line is fetched:"
              + " vpnprobe import ssconf://…";
      case "vpn" -> "Amnezia’s links are read by the format amnezia";
      case "tg" -> "links of Telegram are not read; write protocol: socks5 or http-proxy";
      case "clash",
          "clashmeta",
          "mihomo",
          "sing-box",
          "hiddify",
          "v2rayng",
          "v2raytun",
          "happ",
          "sub",
          "shadowrocket",
          "stash",
          "surge",
          "karing",
          "nekobox",
          "streisand" ->
          "this opens another program; import the address in it";
      default -> null;
    };
  }
}

package org.vpnprobe.config.imports.apple;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.ForeignFiles.Unreadable;
import org.vpnprobe.config.InvalidFile;
import org.vpnprobe.config.Yaml;
import org.vpnprobe.config.imports.Account;
import org.vpnprobe.config.imports.ImportFormat;
import org.vpnprobe.config.imports.Packed;
import org.vpnprobe.config.imports.Source;
import org.vpnprobe.config.imports.Span;
import org.vpnprobe.config.imports.Trees;
import org.vpnprobe.config.imports.ike.Authorities;

/**
 * Apple's {@code .mobileconfig}, plain or signed (CMS): an endpoint for each VPN payload. Who
 * signed it is not looked at. Certificates of authorities in the same profile become {@code ca}.
 */
public final class MobileConfig implements ImportFormat {
  private static final String VPN = "com.apple.vpn.managed";
  private static final List<String> AUTHORITY =
      List.of("com.apple.security.root", "com.apple.security.pem", "com.apple.security.pkcs1");

  /** CMS in PEM, as mail and some tools keep it. */
  private static final List<String> ARMOUR = List.of("CMS", "PKCS7");

  private static final int SEQUENCE = 0x30;

  @Override
  public String name() {
    return "mobileconfig";
  }

  @Override
  public String summary() {
    return "Apple configuration profile (.mobileconfig) with a VPN payload";
  }

  @Override
  public boolean recognizes(Source source) {
    return source.text().isPresent()
        ? source.text().get().contains("<plist") || armoured(source).isPresent()
        : signed(source).isPresent() || binary(source);
  }

  @Override
  public void read(Source source, Account account) {
    account.cover(source.whole());
    Optional<byte[]> signed =
        source.text().isPresent() ? armoured(source).flatMap(CmsContent::of) : signed(source);
    if (signed.isPresent()) {
      String text = new String(signed.get(), StandardCharsets.UTF_8);
      try {
        account.aside(source.whole(), "the profile is signed; by whom is not looked at");
        account.nested(
            source.whole(), Source.packed(source.name(), source.label(), text, null), this);
      } catch (Unreadable e) {
        account.reject(source.whole(), "", String.valueOf(e.getMessage()));
      }
    } else if (source.text().isEmpty()) {
      account.reject(
          source.whole(),
          "",
          binary(source)
              ? "a binary property list; expected XML (plutil -convert xml1)"
              : "expected a profile in XML, or one that is signed");
    } else {
      profile(source, account);
    }
  }

  private static Optional<byte[]> signed(Source source) {
    byte[] bytes = source.bytes();
    return bytes.length > 0 && (bytes[0] & 0xff) == SEQUENCE
        ? CmsContent.of(bytes)
        : Optional.empty();
  }

  private static Optional<byte[]> armoured(Source source) {
    String text = source.text().orElse("").strip();
    for (String armour : ARMOUR) {
      String begin = "-----BEGIN " + armour + "-----";
      String end = "-----END " + armour + "-----";
      if (text.startsWith(begin)
          && text.endsWith(end)
          && text.length() > begin.length() + end.length()) {
        return Packed.base64(text.substring(begin.length(), text.length() - end.length()));
      }
    }
    return Optional.empty();
  }

  private static boolean binary(Source source) {
    byte[] bytes = source.bytes();
    return bytes.length > 8
        && new String(bytes, 0, 8, StandardCharsets.US_ASCII).equals("bplist00");
  }

  private static void profile(Source source, Account account) {
    Yaml tree;
    try {
      tree = Plist.read(source.name(), source.text().orElse(""));
    } catch (InvalidFile e) {
      var problem = e.problems().getFirst();
      var at = problem.at();
      int line = at == null ? 1 : Math.clamp(at.line(), 1, source.whole().last());
      account.reject(
          Span.at(line, at == null ? 1 : at.column()), problem.offending(), problem.expected());
      return;
    }
    if (!(tree instanceof Yaml.Mapping root)
        || !(root.get("PayloadContent") instanceof Yaml.Items payloads)) {
      account.reject(Trees.place(tree), "", "expected “PayloadContent” with a list of payloads");
      return;
    }
    String ca = authorities(payloads, account);
    account.each(
        payloads,
        "expected a payload with its PayloadType",
        payload -> payload(root, payload, ca, account));
  }

  private static void payload(
      Yaml.Mapping root, Yaml payload, @Nullable String ca, Account account) {
    if (!(payload instanceof Yaml.Mapping map)) {
      return;
    }
    String type = Trees.text(map, "PayloadType");
    if (VPN.equals(type)) {
      new VpnPayload(root, map, ca, account).read();
    } else if (type != null) {
      account.skip(
          Trees.place(payload),
          type,
          AUTHORITY.contains(type)
              ? "the certificate of an authority; it goes to the endpoints as “ca”"
              : "no VPN payload");
    }
  }

  private static @Nullable String authorities(Yaml.Items payloads, Account account) {
    List<String> found = new ArrayList<>();
    for (Yaml payload : payloads.items()) {
      if (!(payload instanceof Yaml.Mapping map)
          || !AUTHORITY.contains(String.valueOf(Trees.text(map, "PayloadType")))) {
        continue;
      }
      String pem =
          Packed.base64(String.valueOf(Trees.text(map, "PayloadContent")))
              .map(MobileConfig::pem)
              .orElse("");
      if (Authorities.readable(pem)) {
        found.add(pem);
      } else {
        account.aside(Trees.place(payload), "a certificate that cannot be read is left out");
      }
    }
    return found.isEmpty() ? null : Authorities.joined(found);
  }

  private static String pem(byte[] content) {
    String text = new String(content, StandardCharsets.ISO_8859_1);
    return text.contains("-----BEGIN") ? text.strip() + "\n" : Authorities.pem(content);
  }
}

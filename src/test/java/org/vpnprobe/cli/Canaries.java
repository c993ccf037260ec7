package org.vpnprobe.cli;

import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.KeyPair;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.tls.HeldCertificate;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.lab.Lab;

/** Unique secrets in every form that a setting takes, and the search for them in what was said. */
final class Canaries {
  private static final Pattern PLACE = Pattern.compile("«([a-z0-9]+)»");
  private static final SecureRandom RANDOM = new SecureRandom();

  /** The places of a file that take a secret. */
  static Matcher places(String yaml) {
    return PLACE.matcher(yaml);
  }

  /** Values of environment variables, by name. */
  private final Map<String, String> environment = new TreeMap<>();

  /** What to search for, and whose it is. */
  private final Map<String, String> needles = new LinkedHashMap<>();

  private HeldCertificate certificate = certificate();
  private String passphrase = core();

  /** A file with a reference to a secret of its own in each place. */
  String filled(String yaml) {
    Matcher place = PLACE.matcher(yaml);
    StringBuilder filled = new StringBuilder();
    while (place.find()) {
      String name = "CANARY_" + environment.size();
      environment.put(name, secret(place.group(1), name));
      place.appendReplacement(filled, Matcher.quoteReplacement("\"${env:" + name + "}\""));
    }
    return place.appendTail(filled).toString();
  }

  Map<String, String> environment() {
    return environment;
  }

  /** True when this is one of them, or holds one. */
  boolean made(String secret) {
    return environment.values().stream().anyMatch(secret::contains);
  }

  /** A secret that is searched for from now on. */
  String secret(String form, String name) {
    return switch (form) {
      case "text" -> text("p+" + core() + "/&ü", name);
      case "plain" -> text(core(), name);
      case "url" -> "https://127.0.0.1:9/" + text(core(), name);
      case "proxy" -> "socks5://joe:" + text(core(), name) + "@127.0.0.1:1";
      case "uuid" -> {
        UUID id = UUID.randomUUID();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(HexFormat.of().parseHex(id.toString().replace("-", "")));
        searched(id.toString(), name);
        searched(bytes.toByteArray(), name);
        yield id.toString();
      }
      case "wireguard" -> key(32, name);
      case "ss22" -> key(16, name);
      case "cert" -> {
        certificate = certificate();
        yield certificate.certificatePem();
      }
      case "key" -> {
        ECPrivateKey key = (ECPrivateKey) certificate.keyPair().getPrivate();
        searched(bytes(key.getS()), name);
        yield lines(certificate.privateKeyPkcs8Pem(), name);
      }
      case "static" -> {
        StringBuilder text = new StringBuilder("-----BEGIN OpenVPN Static key V1-----\n");
        for (int i = 0; i < 16; i++) {
          byte[] line = random(16);
          searched(line, name);
          text.append(HexFormat.of().formatHex(line)).append('\n');
        }
        yield text + "-----END OpenVPN Static key V1-----\n";
      }
      case "tlscryptv2" -> lines(Lab.material("openvpn_tls_crypt_v2").orElseThrow(), name);
      case "obfs4" -> text(Lab.material("obfs4_cert").orElseThrow(), name);
      case "ssh" -> ssh(null, name);
      case "sshlocked" -> {
        passphrase = core();
        yield ssh(passphrase, name);
      }
      case "passphrase" -> text(passphrase, name);
      default -> throw new IllegalArgumentException(form);
    };
  }

  /** The names of the secrets that are in this text, in whatever form. */
  Set<String> in(String text) {
    Set<String> found = new TreeSet<>();
    needles.forEach((needle, name) -> {
      if (text.contains(needle)) {
        found.add(name + " as " + needle);
      }
    });
    return found;
  }

  private static String core() {
    return "c4nary" + new BigInteger(96, RANDOM).toString(36);
  }

  private String text(String secret, String name) {
    searched(secret, name);
    // Half of it is too much, too: what is cut short is still a leak.
    int middle = secret.length() / 2;
    searched(secret.substring(0, Math.max(middle, 12)), name);
    searched(secret.substring(Math.min(middle, secret.length() - 12)), name);
    return secret;
  }

  private String key(int length, String name) {
    byte[] key = random(length);
    String text = Base64.getEncoder().encodeToString(key);
    searched(key, name);
    text(text, name);
    return text;
  }

  private String lines(String pem, String name) {
    List<String> lines =
        pem.lines().filter(line -> line.matches("[A-Za-z0-9+/]+=*|[0-9a-f]+")).toList();
    // What begins a key of one kind is the same in all of them.
    for (String line : lines) {
      if (line.length() >= 24) {
        searched(line.substring(line.length() - 16), name);
      }
    }
    return pem;
  }

  private String ssh(@Nullable String locked, String name) {
    try {
      KeyPair pair = KeyPair.genKeyPair(new JSch(), KeyPair.ECDSA, 256);
      ByteArrayOutputStream pem = new ByteArrayOutputStream();
      if (locked == null) {
        pair.writePrivateKey(pem);
      } else {
        pair.writePrivateKey(pem, locked.getBytes(StandardCharsets.UTF_8));
      }
      return lines(pem.toString(StandardCharsets.UTF_8), name);
    } catch (JSchException e) {
      throw new IllegalStateException(e);
    }
  }

  private void searched(String text, String name) {
    needles.put(text, name);
    String url = URLEncoder.encode(text, StandardCharsets.UTF_8);
    needles.put(url, name);
    needles.put(url.replace("+", "%20"), name);
    needles.put(url.toLowerCase(Locale.ROOT), name);
    needles.put(
        text.codePoints()
            .mapToObj(c -> c < 0x80 ? Character.toString(c) : String.format("\\u%04x", c))
            .reduce("", String::concat),
        name);
    searched(text.getBytes(StandardCharsets.UTF_8), name);
  }

  private void searched(byte[] bytes, String name) {
    for (String form : forms(bytes)) {
      needles.put(form, name);
    }
  }

  /** Hexadecimal and both kinds of base64, wherever in a longer text it begins. */
  static Set<String> forms(byte[] bytes) {
    Set<String> forms = new LinkedHashSet<>();
    String hex = HexFormat.of().formatHex(bytes);
    forms.add(hex);
    forms.add(hex.toUpperCase(Locale.ROOT));
    forms.add(HexFormat.ofDelimiter(":").formatHex(bytes));
    forms.add(HexFormat.ofDelimiter(" ").formatHex(bytes));
    for (int before = 0; before < 3; before++) {
      byte[] shifted = new byte[before + bytes.length];
      System.arraycopy(bytes, 0, shifted, before, bytes.length);
      for (Base64.Encoder encoder : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
        // Six bits a character: the first and the last may be shared with what stands around.
        String text = encoder.withoutPadding().encodeToString(shifted);
        int from = before == 0 ? 0 : before + 1;
        int to = shifted.length * 8 / 6;
        forms.add(text.substring(from, to));
      }
    }
    return forms;
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    RANDOM.nextBytes(bytes);
    return bytes;
  }

  private static byte[] bytes(BigInteger number) {
    byte[] all = number.toByteArray();
    return all[0] == 0 ? java.util.Arrays.copyOfRange(all, 1, all.length) : all;
  }

  private static HeldCertificate certificate() {
    return new HeldCertificate.Builder().commonName("canary").build();
  }
}

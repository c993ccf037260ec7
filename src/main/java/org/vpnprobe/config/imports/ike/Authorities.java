package org.vpnprobe.config.imports.ike;

import java.util.Base64;
import java.util.List;
import org.vpnprobe.layer.Pem;
import org.vpnprobe.model.InvalidSetting;

/** Certificates as profiles hold them: DER in base64, or PEM. */
public final class Authorities {
  private static final String BEGIN = "-----BEGIN CERTIFICATE-----";

  private Authorities() {}

  /** DER as the text of a PEM file. */
  public static String pem(byte[] der) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return BEGIN + "\n" + body + "\n-----END CERTIFICATE-----\n";
  }

  /** True when the text holds certificates that can be read. */
  public static boolean readable(String pem) {
    try {
      return !Pem.certificates("ca", pem).isEmpty();
    } catch (InvalidSetting e) {
      return false;
    }
  }

  /** Several PEM texts as one. */
  public static String joined(List<String> pems) {
    return String.join("", pems);
  }
}

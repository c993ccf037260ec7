package org.vpnprobe.protocol.ikev2;

import java.util.Map;

/** Numbers of the IANA registry "Internet Key Exchange Version 2 (IKEv2) Parameters". */
public final class Ike {
  /** Exchange types (RFC 7296 section 3.1). */
  public static final int IKE_SA_INIT = 34;

  public static final int IKE_AUTH = 35;
  public static final int INFORMATIONAL = 37;

  /** Header flags. */
  public static final int INITIATOR = 0x08;

  public static final int RESPONSE = 0x20;

  /** Payload types (RFC 7296 section 3.2, RFC 7383). */
  public static final int SA = 33;

  public static final int KE = 34;
  public static final int ID_I = 35;
  public static final int ID_R = 36;
  public static final int CERT = 37;
  public static final int CERTREQ = 38;
  public static final int AUTH = 39;
  public static final int NONCE = 40;
  public static final int NOTIFY = 41;
  public static final int DELETE = 42;
  public static final int VENDOR_ID = 43;
  public static final int TS_I = 44;
  public static final int TS_R = 45;
  public static final int SK = 46;
  public static final int CP = 47;
  public static final int EAP = 48;
  public static final int SKF = 53;

  /** Security protocols. */
  public static final int PROTOCOL_IKE = 1;

  public static final int PROTOCOL_ESP = 3;

  /** Notify message types; those below 16384 are errors. */
  public static final int NO_PROPOSAL_CHOSEN = 14;

  public static final int INVALID_KE_PAYLOAD = 17;
  public static final int AUTHENTICATION_FAILED = 24;
  public static final int TS_UNACCEPTABLE = 38;
  public static final int FIRST_STATUS = 16384;
  public static final int NAT_DETECTION_SOURCE_IP = 16388;
  public static final int NAT_DETECTION_DESTINATION_IP = 16389;
  public static final int COOKIE = 16390;
  public static final int FRAGMENTATION_SUPPORTED = 16430;
  public static final int SIGNATURE_HASH_ALGORITHMS = 16431;

  /** Certificate encoding "X.509 Certificate - Signature" (RFC 7296 section 3.6). */
  public static final int X509_SIGNATURE = 4;

  private static final Map<Integer, String> ERRORS =
      Map.ofEntries(
          Map.entry(1, "UNSUPPORTED_CRITICAL_PAYLOAD"),
          Map.entry(4, "INVALID_IKE_SPI"),
          Map.entry(5, "INVALID_MAJOR_VERSION"),
          Map.entry(7, "INVALID_SYNTAX"),
          Map.entry(9, "INVALID_MESSAGE_ID"),
          Map.entry(11, "INVALID_SPI"),
          Map.entry(NO_PROPOSAL_CHOSEN, "NO_PROPOSAL_CHOSEN"),
          Map.entry(INVALID_KE_PAYLOAD, "INVALID_KE_PAYLOAD"),
          Map.entry(AUTHENTICATION_FAILED, "AUTHENTICATION_FAILED"),
          Map.entry(34, "SINGLE_PAIR_REQUIRED"),
          Map.entry(35, "NO_ADDITIONAL_SAS"),
          Map.entry(36, "INTERNAL_ADDRESS_FAILURE"),
          Map.entry(37, "FAILED_CP_REQUIRED"),
          Map.entry(TS_UNACCEPTABLE, "TS_UNACCEPTABLE"),
          Map.entry(39, "INVALID_SELECTORS"),
          Map.entry(43, "TEMPORARY_FAILURE"),
          Map.entry(44, "CHILD_SA_NOT_FOUND"));

  private Ike() {}

  /** A notification as it stands in reports: {@code 14:NO_PROPOSAL_CHOSEN}. */
  public static String errorName(int type) {
    String name = ERRORS.get(type);
    return name == null ? String.valueOf(type) : type + ":" + name;
  }
}

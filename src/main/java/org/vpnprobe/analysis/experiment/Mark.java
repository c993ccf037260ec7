package org.vpnprobe.analysis.experiment;

/** What experiments can show, as facts; what they mean together is told by the rules of causes. */
public enum Mark {
  /** A connection dies of any byte, here and not from the control. */
  ANY_DATA_FAILS,
  /** A meaningless byte does no harm where the handshake does. */
  NEUTRAL_BYTE_PASSES,
  /** After a failed handshake nothing passes for a while, and then it does again. */
  RESIDUAL,
  /** How long that lasts. */
  RESIDUAL_MEASURED,
  /** With another server name the same server answers. */
  OTHER_SNI_PASSES,
  /** With another server name it fails all the same, while a control gets its answer. */
  OTHER_SNI_FAILS,
  /** The suspect's server name fails also with another server, whose own name passes. */
  SNI_FAILS_ELSEWHERE,
  /** The suspect's server name passes with another server. */
  SNI_PASSES_ELSEWHERE,
  /** With its ClientHello in pieces the handshake passes. */
  SPLIT_PASSES,
  /** Where the server may send no large segments its handshake passes. */
  SMALL_SEGMENTS_PASS,
  /** Large segments pass, or small ones fail as well: the size does not decide. */
  SIZE_EXCLUDED,
  /** Behind meaningless datagrams the handshake passes. */
  JUNK_PASSES,
  /** After what passed otherwise the own handshake fails again. */
  FAILS_AFTERWARDS,
  /** Other ports of the address answer or refuse, each time. */
  OTHER_PORT_ANSWERS,
  /** Other ports answer or refuse at the control, and are silent here. */
  OTHER_PORTS_SILENT,
  /**
   * What other ports answered was no more than a SYN-ACK, which a proxy on the way gives for any.
   */
  ONLY_CONNECTS,
  /** Foreign bytes on the same port get here the reaction that they get at the control. */
  OTHER_BYTES_PASS,
  /** Foreign bytes on the same port fail here, too. */
  OTHER_BYTES_FAIL,
  /** Random bytes fail where printable ones before them pass, with a server that is no VPN. */
  RANDOM_FAILS,
  /** At the address that the control found, the handshake passes. */
  TRUE_ADDRESS_PASSES,
  /** Somebody answered in the place of a resolver, where none is or before it. */
  ANSWER_FORGED,
  /** The answer is an address that nobody on the internet has. */
  ANSWER_BOGON,
  /** The name does not exist here, and does at the control. */
  NAME_DENIED,
  /** No resolver answers for this name here, and one does at the control. */
  NAME_UNANSWERED,
  /** The resolver says that it failed for the name, and the control's does not. */
  NAME_FAILED,
  /** A reset came before the server could have sent it. */
  FASTER_THAN_RTT,
  /** A router on the way said that it forbids this. */
  FORBIDDEN_BY_ROUTER,
  /** Data flows, and after some kilobytes nothing does, here and not from the control. */
  FROZEN,
  /** The session opens and its first packets of data are lost, here and not from the control. */
  DROPPED_AFTER,
  /** Data flows at a tenth of the control's rate or less, and another server's here does not. */
  THROTTLED,
  /** Data flowed both ways, before and after a pause. */
  DATA_PASSES
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "session-description.h"

#include <string.h>

#define DIGEST_1                                                                                   \
  "B5:D1:DC:F3:DF:8F:55:2F:C7:B9:CE:A7:F0:9B:4D:20:15:75:E8:F2:9B:3A:69:7F:46:0A:DD:BD:A8:7C:46:"  \
  "C3"
#define DIGEST_2                                                                                   \
  "79:53:B9:6E:53:A5:A9:CF:70:2F:6A:7A:64:7F:6B:EF:17:16:4B:8A:39:22:50:5A:B9:9B:12:73:0B:0F:92:"  \
  "70"
#define HEAD        "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
#define MEDIA       "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\n"
#define CREDENTIALS "a=ice-ufrag:EsAw\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\n"
#define FINGERPRINT "a=fingerprint:sha-256 " DIGEST_1 "\r\n"

static const char chromium[] = HEAD
    "a=group:BUNDLE 0\r\na=extmap-allow-mixed\r\na=msid-semantic: WMS\r\n" MEDIA
    "a=candidate:2162486046 1 udp 2113937151 0f4d4c3e-7d4d-4a4e-9c3f-1d2e3f405060.local 51372 "
    "typ host generation 0 network-cost 999\r\n" CREDENTIALS "a=ice-options:trickle\r\n" FINGERPRINT
    "a=setup:actpass\r\na=mid:0\r\na=sctp-port:5000\r\na=max-message-size:262144\r\n";

static const char firefox[] =
    "v=0\r\no=mozilla...THIS_IS_SDPARTA-99.0 7325361327834783 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"
    "a=sendrecv\r\na=fingerprint:sha-256 " DIGEST_2 "\r\n"
    "a=group:BUNDLE 0\r\na=ice-options:trickle\r\na=msid-semantic:WMS *\r\n" MEDIA
    "a=sendrecv\r\na=ice-pwd:61f0ee9e5f5b0ac6a4a9d2ee8a9b9ef2\r\na=ice-ufrag:af2d8e15\r\n"
    "a=mid:0\r\na=setup:actpass\r\na=sctp-port:5000\r\na=max-message-size:1073741823\r\n";

static const char libdatachannel[] =
    "v=0\no=rtc 1175336313 0 IN IP4 127.0.0.1\ns=-\nt=0 0\na=group:BUNDLE 0\n"
    "a=msid-semantic:WMS *\na=ice-options:ice2,trickle\na=fingerprint:sha-256 " DIGEST_2 "\n"
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\nc=IN IP4 0.0.0.0\na=mid:0\na=sendrecv\n"
    "a=sctp-port:5000\na=max-message-size:262144\na=setup:actpass\na=ice-ufrag:Qym1\n"
    "a=ice-pwd:IuQgexPpJ9y2NpgN18RgLg\n";

static const char werift[] =
    "v=0\r\no=- 33922328 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n"
    "a=extmap-allow-mixed\r\na=msid-semantic:WMS *\r\n" MEDIA
    "a=candidate:32b1715da3b0ef8ba684454eb 1 udp 2130706431 192.0.2.2 41416 typ host generation 0 "
    "ufrag 72f3\r\na=candidate:9c29a2bc887618212a1623bfa 1 udp 2130706431 fd00::2 50896 typ "
    "host\r\n"
    "a=end-of-candidates\r\na=ice-ufrag:72f3\r\na=ice-pwd:31b1a9af9e616959aaa02b\r\n"
    "a=ice-options:trickle\r\n" FINGERPRINT
    "a=setup:actpass\r\na=mid:0\r\na=sctp-port:5000\r\na=max-message-size:65536\r\n";

static const char aiortc[] =
    "v=0\r\no=- 4004457589 4004457589 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n"
    "a=msid-semantic:WMS *\r\nm=application 49032 DTLS/SCTP 5001\r\nc=IN IP4 192.0.2.2\r\n"
    "a=mid:0\r\na=sctpmap:5001 webrtc-datachannel 65535\r\na=max-message-size:65536\r\n"
    "a=candidate:f957a2332b1715da3b0ef8ba684454eb 1 udp 2130706431 192.0.2.2 49032 typ host\r\n"
    "a=end-of-candidates\r\na=ice-ufrag:RCPL\r\na=ice-pwd:CEtRjWpIruIG7zifgoMOu4\r\n" FINGERPRINT
    "a=setup:actpass\r\n";

/* A page that has a call as well. */
static const char with_media[] =
    HEAD "a=group:BUNDLE 0 1 2\r\n"
         "m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9\r\nc=IN IP4 0.0.0.0\r\na=ice-ufrag:audi\r\n"
         "a=ice-pwd:aaaaaaaaaaaaaaaaaaaaaaaa\r\na=mid:0\r\na=setup:active\r\n" MEDIA CREDENTIALS
             FINGERPRINT "a=setup:actpass\r\na=mid:1\r\na=sctp-port:5000\r\n"
         "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:2\r\na=ice-ufrag:vide\r\n"
         "a=fingerprint:sha-1 00\r\n";

static BhSessionDescription *
parse(const char *text)
{
  g_autoptr(GError) error = NULL;
  BhSessionDescription *sdp = bh_session_description_parse(text, strlen(text), &error);

  g_assert_no_error(error);
  return sdp;
}

static void
assert_refused(const char *text, BhSessionDescriptionError code, const char *part)
{
  g_autoptr(GError) error = NULL;

  g_assert_null(bh_session_description_parse(text, strlen(text), &error));
  g_assert_error(error, BH_SESSION_DESCRIPTION_ERROR, (gint)code);
  g_assert_nonnull(strstr(error->message, part));
}

static void
test_reads_browsers(void)
{
  g_autoptr(BhSessionDescription) one = parse(chromium);
  g_autoptr(BhSessionDescription) two = parse(firefox);

  g_assert_cmpstr(one->session_id, ==, "4611731400430051336");
  g_assert_cmpuint(one->session_version, ==, 2);
  g_assert_cmpstr(one->ufrag, ==, "EsAw");
  g_assert_cmpstr(one->password, ==, "P2uYro0UCOQ4zxjKXaWCBui1");
  g_assert_cmpint(one->setup, ==, BH_SDP_SETUP_ACTPASS);
  g_assert_cmpstr(one->fingerprint_hash, ==, "sha-256");
  g_assert_cmpstr(one->fingerprints->pdata[0], ==, DIGEST_1);
  g_assert_cmpuint(one->sctp_port, ==, 5000);
  g_assert_cmpuint(one->max_message_bytes, ==, 262144);
  g_assert_cmpuint(one->candidates->len, ==, 1);
  g_assert_true(g_str_has_prefix(one->candidates->pdata[0], "candidate:2162486046 1 udp"));
  g_assert_true(one->has_bundle);
  g_assert_cmpstr(bh_session_description_get_mid(one), ==, "0");

  g_assert_cmpstr(two->ufrag, ==, "af2d8e15");
  g_assert_cmpstr(two->fingerprints->pdata[0], ==, DIGEST_2);
  g_assert_cmpuint(two->max_message_bytes, ==, 1073741823);
}

static void
test_reads_libraries(void)
{
  g_autoptr(BhSessionDescription) one = parse(libdatachannel);
  g_autoptr(BhSessionDescription) two = parse(werift);
  g_autoptr(BhSessionDescription) three = parse(aiortc);

  g_assert_cmpstr(one->ufrag, ==, "Qym1");
  g_assert_cmpstr(one->fingerprints->pdata[0], ==, DIGEST_2);
  g_assert_cmpuint(two->candidates->len, ==, 2);
  g_assert_true(two->has_end_of_candidates);
  g_assert_cmpuint(three->sctp_port, ==, 5001);
  g_assert_cmpuint(three->max_message_bytes, ==, 65536);
}

static BhSessionDescription *
answer_to(const BhSessionDescription *offer)
{
  BhSessionDescription *answer = bh_session_description_new();

  bh_session_description_copy_sections(answer, offer);
  answer->session_id = g_strdup("77");
  answer->session_version = 1;
  answer->ufrag = g_strdup("abcd");
  answer->password = g_strdup("0123456789012345678901");
  answer->setup = BH_SDP_SETUP_ACTIVE;
  answer->fingerprint_hash = "sha-256";
  g_ptr_array_add(answer->fingerprints, g_strdup(DIGEST_2));
  g_ptr_array_add(answer->candidates, g_strdup("candidate:1 1 UDP 7 192.0.2.1 9 typ host"));
  answer->has_end_of_candidates = TRUE;
  answer->max_message_bytes = 1048576;
  return answer;
}

static void
test_declines_other_media_in_order(void)
{
  g_autoptr(BhSessionDescription) offer = parse(with_media);
  g_autoptr(BhSessionDescription) answer = answer_to(offer);
  g_autofree char *text = bh_session_description_to_text(answer);

  g_assert_cmpuint(offer->sections->len, ==, 3);
  g_assert_cmpuint(offer->data_index, ==, 1);
  g_assert_cmpstr(offer->ufrag, ==, "EsAw");
  g_assert_cmpint(offer->setup, ==, BH_SDP_SETUP_ACTPASS);
  g_assert_cmpuint(offer->max_message_bytes, ==, 65536);

  g_assert_cmpstr(
      text, ==,
      "v=0\r\no=- 77 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 1\r\n"
      "m=audio 0 UDP/TLS/RTP/SAVPF 111 63 9\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\n"
      "a=inactive\r\n" MEDIA
      "a=mid:1\r\na=sendrecv\r\na=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n"
      "a=ice-options:trickle\r\na=fingerprint:sha-256 " DIGEST_2 "\r\n"
      "a=setup:active\r\na=sctp-port:5000\r\na=max-message-size:1048576\r\n"
      "a=candidate:1 1 UDP 7 192.0.2.1 9 typ host\r\na=end-of-candidates\r\n"
      "m=video 0 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:2\r\n"
      "a=inactive\r\n");
}

static void
test_writes_what_it_reads(void)
{
  const char *const offers[] = {chromium, firefox, libdatachannel, werift, aiortc, with_media};

  for (guint i = 0; i < G_N_ELEMENTS(offers); i++) {
    g_autoptr(BhSessionDescription) offer = parse(offers[i]);
    g_autoptr(BhSessionDescription) answer = answer_to(offer);
    g_autofree char *text = bh_session_description_to_text(answer);
    g_autoptr(BhSessionDescription) again = parse(text);

    g_assert_cmpstr(again->ufrag, ==, "abcd");
    g_assert_cmpuint(again->max_message_bytes, ==, 1048576);
    g_assert_cmpuint(again->sctp_port, ==, 5000);
    g_assert_cmpuint(again->data_index, ==, offer->data_index);
    g_assert_cmpint(again->setup, ==, BH_SDP_SETUP_ACTIVE);
    g_assert_cmpint(again->has_bundle, ==, offer->has_bundle);
  }
}

static void
test_answers_the_draft_in_its_form(void)
{
  g_autoptr(BhSessionDescription) offer = parse(aiortc);
  g_autoptr(BhSessionDescription) answer = answer_to(offer);
  g_autofree char *text = bh_session_description_to_text(answer);

  g_assert_nonnull(strstr(text, "\r\nm=application 9 DTLS/SCTP 5000\r\n"));
  g_assert_nonnull(strstr(text, "\r\na=sctpmap:5000 webrtc-datachannel 65535\r\n"));
  g_assert_null(strstr(text, "sctp-port"));
}

/* After BUNDLE the transport stands at the first section of the group alone (RFC 9143 7.1.3). */
static void
test_finds_the_transport_of_a_bundle(void)
{
  static const char audio[] = "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"
                              "a=ice-ufrag:audi\r\na=ice-pwd:ppppppppppppppppppppppp\r\n"
                              "a=fingerprint:sha-256 " DIGEST_1 "\r\na=setup:active\r\n"
                              "a=candidate:1 1 UDP 7 192.0.2.1 9 typ host\r\na=mid:a\r\n";
  static const char data[] = "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n"
                             "a=mid:d\r\na=sctp-port:5001\r\n";
  static const char start[] = "v=0\r\no=- 1 2 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n";

  for (guint is_first = 0; is_first < 2; is_first++) {
    g_autofree char *text = g_strconcat(start, "a=group:BUNDLE a d\r\n", is_first ? audio : data,
                                        is_first ? data : audio, NULL);
    g_autoptr(BhSessionDescription) sdp = parse(text);

    g_assert_cmpstr(sdp->ufrag, ==, "audi");
    g_assert_cmpstr(sdp->password, ==, "ppppppppppppppppppppppp");
    g_assert_cmpstr(sdp->fingerprints->pdata[0], ==, DIGEST_1);
    g_assert_cmpint(sdp->setup, ==, BH_SDP_SETUP_ACTIVE);
    g_assert_cmpuint(sdp->candidates->len, ==, 1);
    g_assert_cmpuint(sdp->sctp_port, ==, 5001);
    g_assert_cmpuint(sdp->data_index, ==, is_first ? 1 : 0);
  }
  {
    g_autofree char *apart = g_strconcat(start, "a=group:BUNDLE a\r\n", audio, data, NULL);

    assert_refused(apart, BH_SESSION_DESCRIPTION_ERROR_MISSING, "ICE credentials");
  }
}

static void
test_chooses_among_fingerprints(void)
{
  g_autofree char *long_digest = g_strdup_printf("%s:%s", DIGEST_1, DIGEST_2);
  g_autofree char *both = g_strdup_printf(
      HEAD MEDIA CREDENTIALS "a=fingerprint:sha-1 00:11\r\na=fingerprint:sha-512 %s\r\n"
                             "a=fingerprint:SHA-256 %s\r\na=fingerprint:sha-256 %s\r\n",
      long_digest, DIGEST_1, DIGEST_2);
  g_autofree char *longer = g_strdup_printf(HEAD "a=fingerprint:sha-256 %s\r\n" MEDIA CREDENTIALS
                                                 "a=fingerprint:sha-512 %s\r\n",
                                            DIGEST_2, long_digest);
  g_autoptr(BhSessionDescription) one = parse(both);
  g_autoptr(BhSessionDescription) two = parse(longer);

  g_assert_cmpstr(one->fingerprint_hash, ==, "sha-256");
  g_assert_cmpuint(one->fingerprints->len, ==, 2);
  g_assert_cmpstr(one->fingerprints->pdata[1], ==, DIGEST_2);
  /* The media's own fingerprint stands instead of the session's. */
  g_assert_cmpstr(two->fingerprint_hash, ==, "sha-512");
  g_assert_cmpuint(two->fingerprints->len, ==, 1);
}

static void
test_takes_candidates_at_either_level(void)
{
  g_autoptr(BhSessionDescription) sdp = parse(
      HEAD
      "a=ice-lite\r\na=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n" CREDENTIALS FINGERPRINT MEDIA
      "a=max-message-size:0\r\n");

  g_assert_cmpuint(sdp->candidates->len, ==, 1);
  g_assert_true(sdp->is_ice_lite);
  g_assert_cmpuint(sdp->max_message_bytes, ==, 0);
  g_assert_cmpint(sdp->setup, ==, BH_SDP_SETUP_NONE);
  g_assert_null(bh_session_description_get_mid(sdp));
}

static void
test_bundle_only_is_not_declined(void)
{
  g_autoptr(BhSessionDescription) sdp =
      parse(HEAD "m=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\na=bundle-only\r\n" CREDENTIALS
                FINGERPRINT);

  g_assert_cmpuint(sdp->data_index, ==, 0);
}

static void
test_refuses_what_it_cannot_use(void)
{
  assert_refused("hello", BH_SESSION_DESCRIPTION_ERROR_SYNTAX, "no SDP");
  assert_refused("v=0\r\nnonsense\r\n", BH_SESSION_DESCRIPTION_ERROR_SYNTAX, "no SDP");
  assert_refused("v=0\r\nm=application 9\r\n", BH_SESSION_DESCRIPTION_ERROR_SYNTAX, "m=");
  assert_refused("v=0\r\n" MEDIA CREDENTIALS FINGERPRINT, BH_SESSION_DESCRIPTION_ERROR_SYNTAX,
                 "o=");
  assert_refused(HEAD, BH_SESSION_DESCRIPTION_ERROR_MISSING, "no data channels");
  assert_refused(HEAD MEDIA FINGERPRINT, BH_SESSION_DESCRIPTION_ERROR_MISSING, "ICE");
  assert_refused(HEAD MEDIA CREDENTIALS, BH_SESSION_DESCRIPTION_ERROR_MISSING, "no a=fingerprint");
  assert_refused(HEAD MEDIA CREDENTIALS "a=fingerprint:sha-1 00:11\r\n",
                 BH_SESSION_DESCRIPTION_ERROR_MISSING, "sha-256");
  assert_refused(HEAD MEDIA CREDENTIALS "a=fingerprint:sha-256 00:11\r\n",
                 BH_SESSION_DESCRIPTION_ERROR_SYNTAX, "fingerprint");
  assert_refused(HEAD MEDIA "a=ice-ufrag:abc\r\n", BH_SESSION_DESCRIPTION_ERROR_SYNTAX, "ICE");
  assert_refused(HEAD MEDIA CREDENTIALS FINGERPRINT "a=setup:holdconn\r\n",
                 BH_SESSION_DESCRIPTION_ERROR_SYNTAX, "a=setup");
  assert_refused(HEAD MEDIA CREDENTIALS FINGERPRINT "a=sctp-port:0\r\n",
                 BH_SESSION_DESCRIPTION_ERROR_SYNTAX, "sctp-port");
  assert_refused(HEAD MEDIA CREDENTIALS FINGERPRINT "a=max-message-size:-1\r\n",
                 BH_SESSION_DESCRIPTION_ERROR_SYNTAX, "max-message-size");
  assert_refused(HEAD
                 "m=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\n" CREDENTIALS FINGERPRINT,
                 BH_SESSION_DESCRIPTION_ERROR_MISSING, "declines");
}

static void
test_has_bounds(void)
{
  g_autoptr(GString) many = g_string_new(HEAD);
  g_autoptr(GString) candidates = g_string_new(HEAD MEDIA CREDENTIALS FINGERPRINT);
  g_autofree char *endless = g_strnfill(BH_SDP_MAX_BYTES + 1, 'a');
  g_autoptr(BhSessionDescription) sdp = NULL;
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i <= BH_SDP_MAX_SECTIONS; i++)
    g_string_append(many, "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n");
  assert_refused(many->str, BH_SESSION_DESCRIPTION_ERROR_LIMIT, "too many m=");

  for (guint i = 0; i < 2 * BH_SDP_MAX_CANDIDATES; i++)
    g_string_append(candidates, "a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n");
  sdp = parse(candidates->str);
  g_assert_cmpuint(sdp->candidates->len, ==, BH_SDP_MAX_CANDIDATES);

  assert_refused(endless, BH_SESSION_DESCRIPTION_ERROR_LIMIT, "too long");
  g_assert_null(bh_session_description_parse("v=0\0x", 5, &error));
  g_assert_error(error, BH_SESSION_DESCRIPTION_ERROR, BH_SESSION_DESCRIPTION_ERROR_SYNTAX);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/session-description/reads-browsers", test_reads_browsers);
  g_test_add_func("/session-description/reads-libraries", test_reads_libraries);
  g_test_add_func("/session-description/declines-other-media-in-order",
                  test_declines_other_media_in_order);
  g_test_add_func("/session-description/writes-what-it-reads", test_writes_what_it_reads);
  g_test_add_func("/session-description/answers-the-draft-in-its-form",
                  test_answers_the_draft_in_its_form);
  g_test_add_func("/session-description/finds-the-transport-of-a-bundle",
                  test_finds_the_transport_of_a_bundle);
  g_test_add_func("/session-description/chooses-among-fingerprints",
                  test_chooses_among_fingerprints);
  g_test_add_func("/session-description/takes-candidates-at-either-level",
                  test_takes_candidates_at_either_level);
  g_test_add_func("/session-description/bundle-only-is-not-declined",
                  test_bundle_only_is_not_declined);
  g_test_add_func("/session-description/refuses-what-it-cannot-use",
                  test_refuses_what_it_cannot_use);
  g_test_add_func("/session-description/has-bounds", test_has_bounds);
  return g_test_run();
}

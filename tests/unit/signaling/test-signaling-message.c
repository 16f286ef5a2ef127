/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling-message.h"

#include <string.h>

/* One byte more than an id may have. */
#define TOO_LONG "12345678901234567890123456789012345678901234567890123456789012345"

static void
test_refusals(void)
{
  static const char *const texts[] = {"",
                                      "x",
                                      "[]",
                                      "\"join\"",
                                      "{}",
                                      "{\"type\":1}",
                                      "{\"type\":\"\"}",
                                      "{\"type\":\"joined\"}",
                                      "{\"type\":\"join\",\"tenantId\":1}",
                                      "{\"type\":\"join\",\"deviceId\":{}}",
                                      "{\"type\":\"join\",\"name\":[]}",
                                      "{\"type\":\"join\",\"role\":7}",
                                      "{\"type\":\"join\",\"peerId\":7}",
                                      "{\"type\":\"offer\"}",
                                      "{\"type\":\"offer\",\"sdp\":\"\"}",
                                      "{\"type\":\"offer\",\"sdp\":{}}",
                                      "{\"type\":\"answer\",\"sdp\":\"v=0\",\"auth\":1}",
                                      "{\"type\":\"answer\",\"sdp\":\"v=0\",\"targetPeerId\":1}",
                                      "{\"type\":\"ice-candidate\"}",
                                      "{\"type\":\"ice-candidate\",\"candidate\":\"candidate:1\"}",
                                      "{\"type\":\"relay\"}",
                                      "{\"type\":\"leave\",\"targetPeerId\":\"" TOO_LONG "\"}"};

  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
    g_auto(BhSignalingMessage) message = {0};
    g_autoptr(GError) error = NULL;

    g_assert_false(bh_signaling_message_parse(&message, texts[i], strlen(texts[i]), &error));
    g_assert_error(error, BH_SIGNALING_ERROR, BH_SIGNALING_ERROR_BAD_MESSAGE);
    g_assert_cmpstr(error->message, !=, "");
  }
}

static void
assert_forward(const char *text, const char *tenant_json, const char *expected)
{
  g_auto(BhSignalingMessage) message = {0};
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) bytes = NULL;

  g_assert_true(bh_signaling_message_parse(&message, text, strlen(text), &error));
  g_assert_no_error(error);
  bytes = bh_signaling_message_forward(&message, "me", tenant_json);
  if (expected == NULL)
    g_assert_null(bytes);
  else
    g_assert_cmpmem(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), expected,
                    strlen(expected));
}

static void
test_forward(void)
{
  assert_forward(
      "{\"type\":\"relay\",\"targetPeerId\":\"x\",\"payload\":{\"a\":[1,{\"b\":\"}\\\"\"}]}}", NULL,
      "{\"fromPeerId\":\"me\",\"type\":\"relay\",\"payload\":{\"a\":[1,{\"b\":\"}\\\"\"}]}}");
  /* Numbers, spaces and unknown members pass as they are written. */
  assert_forward(" { \"payload\" : 1.50 , \"targetPeerId\" : \"x\" , \"type\":\"relay\" } ", NULL,
                 "{\"fromPeerId\":\"me\",\"payload\" : 1.50,\"type\":\"relay\"}");
  /* What the server says cannot be said by the sender. */
  assert_forward(
      "{\"fromPeerId\":\"hub\",\"tenantId\":\"other\",\"type\":\"relay\",\"payload\":null}",
      "\"hotel\"",
      "{\"fromPeerId\":\"me\",\"tenantId\":\"hotel\",\"type\":\"relay\",\"payload\":null}");
  assert_forward("{\"type\":\"relay\",\"payload\":1,\"from\\u0050eerId\":\"hub\"}", NULL, NULL);
  assert_forward("{\"type\":\"relay\",\"payload\":\"\\\\\",\"x\":[]}", NULL,
                 "{\"fromPeerId\":\"me\",\"type\":\"relay\",\"payload\":\"\\\\\",\"x\":[]}");
}

/* What the quick scan leaves to the parser comes out the same. */
static void
test_forward_parsed(void)
{
  assert_forward("{\"type\":\"relay\",\"payload\":1e3}", NULL,
                 "{\"fromPeerId\":\"me\",\"type\":\"relay\",\"payload\":1e3}");
  assert_forward("{\"type\":\"relay\",\"targetPeerId\":\"\\u0061\",\"payload\":\"\\u00e9\"}", NULL,
                 "{\"fromPeerId\":\"me\",\"type\":\"relay\",\"payload\":\"\\u00e9\"}");
}

static void
test_scan(void)
{
  static const char *const unsure[] = {"",
                                       "{",
                                       "{}",
                                       "[1]",
                                       "{\"a\":01}",
                                       "{\"a\":1,}",
                                       "{\"a\"}",
                                       "{\"a\":1,\"a\":2}",
                                       "{\"a\":{\"b\":1,\"b\":2}}",
                                       "{\"a\":\"\xff\"}",
                                       "{\"a\":\"\x01\"}",
                                       "{\"a\":\"x}",
                                       "{\"a\":1} x",
                                       "{\"a\":-}",
                                       "{\"a\":1.}",
                                       "{\"a\":tru}",
                                       "{\"\\n\":1}",
                                       "{\"a\":\"\\u0000\"}",
                                       "{\"a\":[1,]}",
                                       "{\"a\":[1 2]}"};
  BhMessageMember members[BH_MESSAGE_SCAN_MEMBERS];
  static const char sure[] = " {\"a\" : \"caf\xc3\xa9 \\\" 0123456789\" , \"b\":[{},-1.5,null]} ";

  for (gsize i = 0; i < G_N_ELEMENTS(unsure); i++) {
    g_autofree char *copy = g_memdup2(unsure[i], strlen(unsure[i]));

    g_assert_cmpuint(bh_message_scan(copy, strlen(unsure[i]), members), ==, 0);
  }
  g_assert_cmpuint(bh_message_scan(sure, strlen(sure), members), ==, 2);
  g_assert_true(members[0].has_escapes);
  g_assert_cmpmem(members[1].value, members[1].value_length, "[{},-1.5,null]", 14);
}

static void
test_peer_id(void)
{
  g_autofree char *longest = g_strnfill(64, 'a');
  g_autofree char *too_long = g_strnfill(65, 'a');

  g_assert_true(bh_signaling_is_peer_id("A-z_0.9:x"));
  g_assert_true(bh_signaling_is_peer_id(longest));
  g_assert_false(bh_signaling_is_peer_id(too_long));
  g_assert_false(bh_signaling_is_peer_id(""));
  g_assert_false(bh_signaling_is_peer_id("a b"));
  g_assert_false(bh_signaling_is_peer_id("a\""));
  g_assert_false(bh_signaling_is_peer_id("caf\xc3\xa9"));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/signaling-message/refusals", test_refusals);
  g_test_add_func("/signaling-message/forward", test_forward);
  g_test_add_func("/signaling-message/forward-parsed", test_forward_parsed);
  g_test_add_func("/signaling-message/scan", test_scan);
  g_test_add_func("/signaling-message/peer-id", test_peer_id);
  return g_test_run();
}

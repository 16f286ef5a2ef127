/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "operation-fixture.h"
#include "operation-text.h"
#include "sign-key.h"

#define LOG "AAAAAAAAAAAAAAAAAAAAAA"

/* An envelope around a body that is given. */
#define BEFORE                                                                                     \
  "{\"logId\":\"" LOG "\",\"seq\":7,\"deviceId\":\"d1\",\"role\":\"staff\",\"hlc\":[5,0],"         \
  "\"tenantId\":\"hotel-sol\",\"kind\":\"order.open\",\"entity\":\"order/o1\",\"body\":"

static const guint8 no_sig[BH_OPERATION_SIG_BYTES];

static gboolean
is_operation(const char *text, gsize length)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(BhOperation) op = bh_operation_parse(text, length, no_sig, FIXTURE_TENANT, &error);

  g_assert_cmpint(op == NULL, ==, error != NULL);
  if (op != NULL) {
    g_assert_cmpstr(op->text, ==, text);
    return TRUE;
  }
  g_assert_error(error, BH_OPERATION_ERROR, BH_OPERATION_ERROR_BAD);
  return FALSE;
}

static gboolean
is_body(const char *body)
{
  g_autofree char *text = g_strconcat(BEFORE, body, "}", NULL);

  return is_operation(text, strlen(text));
}

static void
test_canonical_bodies(void)
{
  static const char *const good[] = {
      "{}",
      "{\"a\":0}",
      "{\"a\":-1}",
      "{\"a\":9007199254740991}",
      "{\"a\":-9007199254740991}",
      "{\"a\":true,\"b\":false,\"c\":null}",
      "{\"a\":[]}",
      "{\"a\":[1,\"\",[{}]]}",
      "{\"a\":\"\\\"\\\\\\b\\f\\n\\r\\t/\"}",
      "{\"a\":\"\x7f\u2028é“€”😀\"}",
      "{\"constructor\":1,\"a1\":2,\"A1\":3}",
      "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{}}}}}}}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS(good); i++)
    if (!is_body(good[i]))
      g_error("%s is canonical", good[i]);
}

static void
test_other_spellings(void)
{
  static const char *const bad[] = {
      "",
      "{} ",
      "{ }",
      "{\"a\": 1}",
      "{\"a\":1,}",
      "{\"a\":01}",
      "{\"a\":-0}",
      "{\"a\":-}",
      "{\"a\":+1}",
      "{\"a\":1.0}",
      "{\"a\":1e3}",
      "{\"a\":9007199254740992}",
      "{\"a\":-9007199254740992}",
      "{\"a\":99999999999999999999}",
      "{\"a\":1,\"a\":1}",
      "{\"\":1}",
      "{\"1\":1}",
      "{\"a_b\":1}",
      "{\"a\\n\":1}",
      "{\"é\":1}",
      "{a:1}",
      "{\"a\":'x'}",
      "{\"a\":\"\\/\"}",
      "{\"a\":\"\\u0041\"}",
      "{\"a\":\"\\u0001\"}",
      "{\"a\":\"\\u0000\"}",
      "{\"a\":\"\x01\"}",
      "{\"a\":\"\n\"}",
      "{\"a\":\"\\",
      "{\"a\":\"\\x\"}",
      "{\"a\":\"\x80\"}",
      "{\"a\":\"\xc0\x80\"}",
      "{\"a\":\"\xed\xa0\x80\"}",
      "{\"a\":\"\xf4\x90\x80\x80\"}",
      "{\"a\":tru}",
      "{\"a\":True}",
      "{\"a\":undefined}",
      "{\"a\":[1,]}",
      "{\"a\":[1 ]}",
      "{\"a\":[}",
      "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{}}}}}}}}",
      "{\"a\":[[[[[[[]]]]]]]}",
      "{\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\":1}",
      "{},\"more\":1",
      "[]",
      "null",
      "\"x\"",
  };

  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
    if (is_body(bad[i]))
      g_error("%s is not canonical", bad[i]);
}

/* Puts @with in place of @what, which the good text has once. */
static void
assert_replaced(const char *what, const char *with, gboolean is_good)
{
  const char *text = BEFORE "{}}";
  const char *at = strstr(text, what);
  g_autoptr(GString) changed = g_string_new(NULL);

  g_assert_nonnull(at);
  g_string_append_len(changed, text, at - text);
  g_string_append(changed, with);
  g_string_append(changed, at + strlen(what));
  if (is_operation(changed->str, changed->len) != is_good)
    g_error("%s is %s", changed->str, is_good ? "an operation" : "no operation");
}

static void
test_fields(void)
{
  static const struct {
    const char *what;
    const char *with;
    gboolean is_good;
  } cases[] = {
      {LOG, "p." LOG, TRUE},
      {LOG, "q." LOG, FALSE},
      {LOG, LOG "A", FALSE},
      {LOG, "AAAAAAAAAAAAAAAAAAAA.A", FALSE},
      {LOG, "p.AAAAAAAAAAAAAAAAAAAA", FALSE},
      {"\"" LOG "\"", "5", FALSE},
      {":7", ":1", TRUE},
      {":7", ":9007199254740991", TRUE},
      {":7", ":0", FALSE},
      {":7", ":-1", FALSE},
      {":7", ":\"7\"", FALSE},
      {"\"d1\"", "\"\"", FALSE},
      {"\"d1\"", "\"d/1\"", FALSE},
      {"\"d1\"", "null", FALSE},
      {"\"staff\"", "\"hub\"", TRUE},
      {"\"staff\"", "\"printer\"", TRUE},
      {"\"staff\"", "\"guest\"", FALSE},
      {"\"staff\"", "\"owner\"", FALSE},
      {"\"staff\"", "\"\"", FALSE},
      {"[5,0]", "[253402300800000,2147483647]", TRUE},
      {"[5,0]", "[253402300800001,0]", FALSE},
      {"[5,0]", "[5,2147483648]", FALSE},
      {"[5,0]", "[-1,0]", FALSE},
      {"[5,0]", "[5]", FALSE},
      {"[5,0]", "[5,0,0]", FALSE},
      {"[5,0]", "5", FALSE},
      {"\"hotel-sol\"", "\"\"", FALSE},
      {"\"order.open\"", "\"unheard-of\"", TRUE},
      {"\"order.open\"", "\"order.Open\"", FALSE},
      {"\"order.open\"", "\"\"", FALSE},
      {"\"order.open\"", "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"", FALSE},
      {"order/o1", "nothing/o1", TRUE},
      {"order/o1", "order", FALSE},
      {"order/o1", "order/", FALSE},
      {"order/o1", "/o1", FALSE},
      {"order/o1", "order/o1/x", FALSE},
      {"order/o1", "Order/o1", FALSE},
      {"order/o1", "abcdefghijklmnopqrstu/o1", FALSE},
      {"\"seq\":7,\"deviceId\":\"d1\"", "\"deviceId\":\"d1\",\"seq\":7", FALSE},
      {"\"seq\":7,", "", FALSE},
      {"\"seq\":7,", "\"seq\":7,\"more\":7,", FALSE},
  };

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
    assert_replaced(cases[i].what, cases[i].with, cases[i].is_good);
}

static void
test_tenant(void)
{
  const char *text = BEFORE "{}}";
  g_autoptr(GError) error = NULL;
  g_autoptr(BhOperation) any = bh_operation_parse(text, strlen(text), no_sig, NULL, NULL);

  g_assert_nonnull(any);
  g_assert_null(bh_operation_parse(text, strlen(text), no_sig, "hotel-luna", &error));
  g_assert_error(error, BH_OPERATION_ERROR, BH_OPERATION_ERROR_TENANT);
}

static void
test_length(void)
{
  g_autoptr(GString) text = g_string_new(BEFORE "{\"a\":\"");
  gsize left = BH_OPERATION_MAX_BYTES - text->len - strlen("\"}}");

  for (gsize i = 0; i < left; i++)
    g_string_append_c(text, 'x');
  g_string_append(text, "\"}}");
  g_assert_cmpuint(text->len, ==, BH_OPERATION_MAX_BYTES);
  g_assert_true(is_operation(text->str, text->len));
  g_string_insert_c(text, (gssize)text->len - 3, 'x');
  g_assert_false(is_operation(text->str, text->len));
}

static void
test_signature(void)
{
  g_autoptr(BhSignKey) key = bh_sign_key_new();
  g_autoptr(BhSignKey) other = bh_sign_key_new();
  g_autoptr(json_t) body = fixture_json("{'number':'A-1','currency':'EUR','source':'staff'}");
  const BhOperationDraft draft = {
      LOG, 1, FIXTURE_DEVICE, BH_ROLE_STAFF, 5, 1, FIXTURE_TENANT, "order.open", "order/o1", body};
  g_autoptr(BhOperation) op = bh_operation_new(&draft, &bh_operation_signing_ed25519, key, NULL);
  g_autoptr(BhOperation) changed = NULL;
  g_autofree char *text = NULL;

  g_assert_true(
      bh_operation_verify(op, &bh_operation_signing_ed25519, bh_sign_key_get_public(key)));
  g_assert_false(
      bh_operation_verify(op, &bh_operation_signing_ed25519, bh_sign_key_get_public(other)));
  text = g_strdup(op->text);
  *strstr(text, "A-1") = 'B';
  changed = bh_operation_parse(text, strlen(text), op->sig, FIXTURE_TENANT, NULL);
  g_assert_nonnull(changed);
  g_assert_false(bh_operation_equal(op, changed));
  g_assert_false(
      bh_operation_verify(changed, &bh_operation_signing_ed25519, bh_sign_key_get_public(key)));
}

static void
test_drafts(void)
{
  g_autoptr(json_t) body = json_object();
  const BhOperationDraft good = {
      LOG, 1, FIXTURE_DEVICE, BH_ROLE_STAFF, 5, 1, FIXTURE_TENANT, "order.open", "order/o1", body};
  BhOperationDraft bad[] = {good, good, good, good, good};

  bad[0].seq = 0;
  bad[1].role = BH_ROLE_GUEST;
  bad[2].entity = "order";
  bad[3].tenant_id = "\xff";
  bad[4].body = NULL;
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
    g_autoptr(GError) error = NULL;

    g_assert_null(bh_operation_new(&bad[i], &fixture_signing, NULL, &error));
    g_assert_error(error, BH_OPERATION_ERROR, BH_OPERATION_ERROR_BAD);
  }
  json_object_set_new(body, "a", json_real(0.5));
  g_assert_null(bh_operation_new(&good, &fixture_signing, NULL, NULL));
}

static void
test_wire(void)
{
  g_autoptr(BhOperation) op =
      fixture_operation(1, 3, 0, "redact", "order/o1", "{'op':'" LOG ":1'}");
  g_autoptr(json_t) message = bh_operation_to_wire(op);
  g_autoptr(BhOperation) again = bh_operation_from_wire(message, FIXTURE_TENANT, NULL);

  g_assert_nonnull(again);
  g_assert_true(bh_operation_equal(op, again));
  g_assert_true(bh_operation_verify(again, &fixture_signing, no_sig));
  json_object_set_new(message, "sig", json_string("AA"));
  g_assert_null(bh_operation_from_wire(message, FIXTURE_TENANT, NULL));
  json_object_del(message, "sig");
  g_assert_null(bh_operation_from_wire(message, FIXTURE_TENANT, NULL));
  g_assert_null(bh_operation_from_wire(NULL, FIXTURE_TENANT, NULL));
}

#define BY      ",'deviceId':'d-ann','role':"
#define EMPTY   ",'record':{'items':{},'registers':{}}}"
#define WRITTEN ",'entity':'order/o1'" BY "'staff'" EMPTY

/* What it says of others, or says at all, is left out. */
static void
test_stub_record(void)
{
  g_autoptr(json_t) message = fixture_json(
      "{'redacted':['" LOG "',3],'entity':'order/o1','deviceId':'d-ann','role':'staff','record':{"
      "'items':{'line/z':[null,5,0,'" LOG "',3],'line/b':[{},5,0,'" LOG "',3],"
      "'line/c':[null,5,0,'" LOG "',4],'line/d':[null,5,0,'p." LOG "',3],"
      "'line/a':[null,5,0,'" LOG "',3]},"
      "'registers':{'note':[null,2,5,0,'" LOG "',3],'closed':[true,2,5,0,'" LOG "',3]}}}");
  g_autoptr(BhOperation) stub = bh_operation_from_wire(message, FIXTURE_TENANT, NULL);
  g_autoptr(json_t) again = bh_operation_to_wire(stub);
  g_autofree char *text = bh_json_to_text(again);

  g_assert_cmpstr(text, ==,
                  "{\"redacted\":[\"" LOG "\",3],\"entity\":\"order/o1\","
                  "\"deviceId\":\"d-ann\",\"role\":\"staff\",\"record\":{"
                  "\"items\":{\"line/a\":[null,5,0,\"" LOG "\",3],"
                  "\"line/z\":[null,5,0,\"" LOG "\",3]},"
                  "\"registers\":{\"note\":[null,2,5,0,\"" LOG "\",3]}}}");
  g_assert_cmpstr(stub->text, ==, text);
  g_assert_cmpuint(stub->length, ==, strlen(text));
}

static void
test_stubs(void)
{
  static const char *const bad[] = {
      "{'redacted':['" LOG "',0]" WRITTEN,
      "{'redacted':['x',1]" WRITTEN,
      "{'redacted':['" LOG "']" WRITTEN,
      "{'redacted':7" WRITTEN,
      "{'redacted':['" LOG "',1],'entity':'order'" BY "'staff'" EMPTY,
      "{'redacted':['" LOG "',1]" BY "'staff'" EMPTY,
      "{'redacted':['" LOG "',1],'entity':'order/o1'" BY "'guest'" EMPTY,
      "{'redacted':['" LOG "',1],'entity':'order/o1'" BY "7" EMPTY,
      "{'redacted':['" LOG "',1],'entity':'order/o1','deviceId':'','role':'staff'" EMPTY,
      "{'redacted':['" LOG "',1],'entity':'order/o1','role':'staff'" EMPTY,
      "{'redacted':['" LOG "',1],'entity':'order/o1'" BY "'staff'}",
      "{'redacted':['" LOG "',1],'entity':'order/o1'" BY "'staff','record':{'items':{}}}",
      "{'redacted':['" LOG "',1],'entity':'order/o1'}",
  };
  g_autoptr(BhOperation) stub =
      bh_operation_new_redacted("p." LOG, 4, "message/m1", "d-ann", BH_ROLE_POS, NULL);
  g_autoptr(json_t) message = bh_operation_to_wire(stub);
  g_autoptr(BhOperation) again = bh_operation_from_wire(message, FIXTURE_TENANT, NULL);

  g_assert_true(again->is_redacted && again->is_private);
  g_assert_cmpstr(again->log_id, ==, "p." LOG);
  g_assert_cmpint(again->seq, ==, 4);
  g_assert_cmpstr(again->entity, ==, "message/m1");
  g_assert_cmpstr(again->device_id, ==, "d-ann");
  g_assert_cmpint(again->role, ==, BH_ROLE_POS);
  g_assert_true(bh_operation_equal(stub, again));
  g_assert_false(bh_operation_verify(stub, &fixture_signing, no_sig));
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
    g_autoptr(json_t) value = fixture_json(bad[i]);

    g_assert_null(bh_operation_from_wire(value, FIXTURE_TENANT, NULL));
  }
}

static void
test_names(void)
{
  for (guint i = 0; i < 2; i++) {
    g_autofree char *log_id = bh_operation_new_log_id("d1", i == 1);
    g_autofree char *other = bh_operation_new_log_id("d1", i == 1);

    g_assert_true(bh_operation_is_log_id(log_id));
    g_assert_cmpint(bh_operation_is_private_log(log_id), ==, i == 1);
    g_assert_cmpstr(log_id, !=, other);
    g_assert_true(bh_operation_is_log_of(log_id, "d1"));
    g_assert_false(bh_operation_is_log_of(log_id, "d2"));
  }
  g_assert_false(bh_operation_is_log_id(NULL));
  g_assert_true(bh_operation_text_is_op(LOG ":1"));
  g_assert_true(bh_operation_text_is_op("p." LOG ":9007199254740991"));
  g_assert_false(bh_operation_text_is_op(LOG ":9007199254740992"));
  g_assert_false(bh_operation_text_is_op(LOG ":01"));
  g_assert_false(bh_operation_text_is_op(LOG ":0"));
  g_assert_false(bh_operation_text_is_op(LOG ":"));
  g_assert_false(bh_operation_text_is_op(LOG ":1 "));
  g_assert_false(bh_operation_text_is_op(LOG));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/operation/canonical-bodies", test_canonical_bodies);
  g_test_add_func("/operation/other-spellings", test_other_spellings);
  g_test_add_func("/operation/fields", test_fields);
  g_test_add_func("/operation/tenant", test_tenant);
  g_test_add_func("/operation/length", test_length);
  g_test_add_func("/operation/signature", test_signature);
  g_test_add_func("/operation/drafts", test_drafts);
  g_test_add_func("/operation/wire", test_wire);
  g_test_add_func("/operation/stubs", test_stubs);
  g_test_add_func("/operation/stub-record", test_stub_record);
  g_test_add_func("/operation/names", test_names);
  return g_test_run();
}

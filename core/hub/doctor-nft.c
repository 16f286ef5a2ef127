/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "doctor-nft.h"

#include <string.h>

#include "address-set.h"

/* Chains jump to chains; the kernel itself allows 16 (NFT_JUMP_STACK_SIZE). */
#define MAX_DEPTH 16
/* Of all rules together that are looked at: chains that jump about would take for ever. */
#define MAX_STEPS 20000

/* What may become of the connection; several: it depends. */
typedef enum {
  ACCEPTED = 1 << 0,
  DROPPED = 1 << 1,
  PASSED = 1 << 2, /* on to the next rule, or out of the chain */
} Fates;

typedef enum { NO, MAYBE, YES } Match;

typedef struct {
  json_t *items; /* of "nftables" */
  guint16 port;
  const char *address;
  gboolean is_v6;
  guint steps;
} Case;

static const char *
get_text(const json_t *object, const char *name)
{
  const char *text = json_string_value(json_object_get(object, name));

  return text != NULL ? text : "";
}

/* --- one expression --- */

static Match
match_number(const json_t *right, json_int_t number)
{
  const json_t *range = json_object_get(right, "range");
  const json_t *set = json_object_get(right, "set");
  const json_t *one;
  gsize i;

  if (json_is_integer(right))
    return json_integer_value(right) == number ? YES : NO;
  if (json_array_size(range) == 2)
    return json_integer_value(json_array_get(range, 0)) <= number &&
                   number <= json_integer_value(json_array_get(range, 1))
               ? YES
               : NO;
  if (!json_is_array(set))
    return MAYBE; /* a named set */
  json_array_foreach(set, i, one)
  {
    if (match_number(one, number) == YES)
      return YES;
  }
  return NO;
}

static Match
match_word(const json_t *right, const char *const *words)
{
  const json_t *set = json_object_get(right, "set");
  const json_t *one;
  gsize i;

  if (json_is_string(right))
    return g_strv_contains(words, json_string_value(right)) ? YES : NO;
  if (json_is_array(right))
    set = right;
  if (!json_is_array(set))
    return MAYBE;
  json_array_foreach(set, i, one)
  {
    if (match_word(one, words) == YES)
      return YES;
  }
  return NO;
}

static Match
match_network(const json_t *right, const char *address)
{
  g_autoptr(BhAddressSet) set = bh_address_set_new();
  const json_t *prefix = json_object_get(right, "prefix");
  const json_t *list = json_object_get(right, "set");
  const json_t *one;
  gsize i;

  if (json_is_array(list)) {
    Match best = NO;

    json_array_foreach(list, i, one) best = MAX(best, match_network(one, address));
    return best;
  }
  if (json_is_object(prefix)) {
    g_autofree char *text = g_strdup_printf(
        "%s/%d", get_text(prefix, "addr"), (int)json_integer_value(json_object_get(prefix, "len")));

    if (bh_address_set_add(set, text, NULL))
      return bh_address_set_contains(set, address) ? YES : NO;
  }
  return MAYBE; /* a single address, a range, a named set: some of ours and not others */
}

static Match
match_payload(const Case *self, const json_t *payload, const json_t *right)
{
  const char *protocol = get_text(payload, "protocol");
  const char *field = get_text(payload, "field");
  static const char *const tcp[] = {"tcp", NULL};

  if (g_str_equal(protocol, "tcp"))
    return g_str_equal(field, "dport") ? match_number(right, self->port) : MAYBE;
  if (g_str_equal(protocol, "th"))
    return g_str_equal(field, "dport") ? match_number(right, self->port) : MAYBE;
  if (g_str_equal(protocol, self->is_v6 ? "ip6" : "ip")) {
    if (g_str_equal(field, "saddr") || g_str_equal(field, "daddr"))
      return match_network(right, self->address);
    if (g_str_equal(field, "protocol") || g_str_equal(field, "nexthdr"))
      return json_is_integer(right) ? match_number(right, 6) : match_word(right, tcp);
    return MAYBE;
  }
  /* Of another protocol, which this connection does not speak. */
  return NO;
}

static Match
match_meta(const Case *self, const char *key, const json_t *right)
{
  static const char *const tcp[] = {"tcp", NULL};
  static const char *const loopback[] = {"lo", NULL};
  const char *const family[] = {self->is_v6 ? "ipv6" : "ipv4", NULL};

  if (g_str_equal(key, "l4proto"))
    return json_is_integer(right) ? match_number(right, 6) : match_word(right, tcp);
  if (g_str_equal(key, "nfproto"))
    return match_word(right, family);
  /* By which interface it comes is not known, but by this one it does not. */
  if (g_str_equal(key, "iifname") || g_str_equal(key, "iif"))
    return match_word(right, loopback) == YES ? NO : MAYBE;
  return MAYBE;
}

static Match
match_left(const Case *self, const json_t *left, const json_t *right)
{
  static const char *const fresh[] = {"new", NULL};
  const json_t *payload = json_object_get(left, "payload");
  const json_t *meta = json_object_get(left, "meta");
  const json_t *ct = json_object_get(left, "ct");

  if (payload != NULL)
    return match_payload(self, payload, right);
  if (meta != NULL)
    return match_meta(self, get_text(meta, "key"), right);
  if (ct != NULL && g_str_equal(get_text(ct, "key"), "state"))
    return match_word(right, fresh);
  return MAYBE;
}

static Match
match(const Case *self, const json_t *expression)
{
  const char *op = get_text(expression, "op");
  Match found =
      match_left(self, json_object_get(expression, "left"), json_object_get(expression, "right"));

  if (g_str_equal(op, "!="))
    return found == YES ? NO : found == NO ? YES : MAYBE;
  return g_str_equal(op, "==") || g_str_equal(op, "in") ? found : MAYBE;
}

/* --- chains --- */

static Fates judge_chain(Case *self, const json_t *base, const char *name, guint depth);

/* Returns: what the statement decides; 0: nothing, the next one follows */
static Fates
judge_statement(Case *self, const json_t *rule, const json_t *statement, guint depth,
                gboolean *ends_chain)
{
  const json_t *jump = json_object_get(statement, "jump");
  const json_t *go = json_object_get(statement, "goto");

  if (json_object_get(statement, "accept") != NULL)
    return ACCEPTED;
  if (json_object_get(statement, "drop") != NULL || json_object_get(statement, "reject") != NULL)
    return DROPPED;
  if (json_object_get(statement, "return") != NULL || go != NULL)
    *ends_chain = TRUE;
  if (jump != NULL || go != NULL)
    return judge_chain(self, rule, get_text(jump != NULL ? jump : go, "target"), depth + 1);
  if (json_object_get(statement, "return") != NULL)
    return PASSED;
  if (json_object_get(statement, "queue") != NULL || json_object_get(statement, "vmap") != NULL)
    return ACCEPTED | DROPPED | PASSED;
  return 0;
}

/* @ends_chain: (out): nothing behind it in its chain is looked at */
static Fates
judge_rule(Case *self, const json_t *rule, guint depth, gboolean *ends_chain)
{
  const json_t *statement;
  Match matched = YES;
  gsize i;

  json_array_foreach(json_object_get(rule, "expr"), i, statement)
  {
    const json_t *expression = json_object_get(statement, "match");
    Fates fates;

    if (expression != NULL)
      matched = MIN(matched, match(self, expression));
    else if (json_object_get(statement, "xt") != NULL ||
             json_object_get(statement, "limit") != NULL)
      matched = MIN(matched, MAYBE);
    if (matched == NO)
      return PASSED;
    fates = judge_statement(self, rule, statement, depth, ends_chain);
    if (fates != 0) {
      *ends_chain &= matched == YES;
      return matched == YES ? fates : fates | PASSED;
    }
  }
  return PASSED;
}

static gboolean
is_same_table(const json_t *one, const json_t *other)
{
  return g_str_equal(get_text(one, "family"), get_text(other, "family")) &&
         g_str_equal(get_text(one, "table"), get_text(other, "table"));
}

/* @base: a chain or rule of the same table */
static Fates
judge_chain(Case *self, const json_t *base, const char *name, guint depth)
{
  const json_t *item;
  Fates all = 0;
  gsize i;

  if (depth > MAX_DEPTH)
    return ACCEPTED | DROPPED;
  json_array_foreach(self->items, i, item)
  {
    const json_t *rule = json_object_get(item, "rule");
    gboolean ends_chain = FALSE;
    Fates fates;

    if (++self->steps > MAX_STEPS)
      return ACCEPTED | DROPPED;
    if (rule == NULL || !is_same_table(rule, base) || !g_str_equal(get_text(rule, "chain"), name))
      continue;
    fates = judge_rule(self, rule, depth, &ends_chain);
    all |= fates & ~(Fates)PASSED;
    if ((fates & PASSED) == 0)
      return all;
    if (ends_chain)
      break;
  }
  return all | PASSED;
}

static gboolean
is_concerned(const Case *self, const json_t *chain)
{
  const char *family = get_text(chain, "family");

  return g_str_equal(get_text(chain, "hook"), "input") &&
         g_str_equal(get_text(chain, "type"), "filter") &&
         (g_str_equal(family, "inet") || g_str_equal(family, self->is_v6 ? "ip6" : "ip"));
}

static Fates
judge_base(Case *self, const json_t *chain)
{
  Fates fates = judge_chain(self, chain, get_text(chain, "name"), 0);
  gboolean drops = g_str_equal(get_text(chain, "policy"), "drop");

  if ((fates & PASSED) != 0)
    fates = (fates & ~(Fates)PASSED) | (drops ? DROPPED : ACCEPTED);
  return fates;
}

BhDoctorFirewall
bh_doctor_nft_judge(const char *text, gsize length, guint16 port, const char *address)
{
  g_autoptr(json_t) root = bh_json_parse(text, length, NULL);
  Case self = {.items = json_object_get(root, "nftables"),
               .port = port,
               .address = address,
               .is_v6 = strchr(address, ':') != NULL};
  BhDoctorFirewall verdict = BH_DOCTOR_FIREWALL_NONE;
  const json_t *item;
  gsize i;

  if (!json_is_array(self.items))
    return BH_DOCTOR_FIREWALL_UNKNOWN;
  /* It has to get through them all: an accept in one is not heard in the next. */
  json_array_foreach(self.items, i, item)
  {
    const json_t *chain = json_object_get(item, "chain");
    Fates fates;

    if (chain == NULL || !is_concerned(&self, chain))
      continue;
    fates = judge_base(&self, chain);
    if (fates == DROPPED)
      return BH_DOCTOR_FIREWALL_CLOSED;
    if (fates != ACCEPTED)
      verdict = BH_DOCTOR_FIREWALL_ACTIVE;
    else if (verdict == BH_DOCTOR_FIREWALL_NONE)
      verdict = BH_DOCTOR_FIREWALL_OPEN;
  }
  return verdict;
}

/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-base"

#include "address-set.h"

#include <string.h>

/* RFC 4291 section 2.5.5.2: ::ffff:0:0/96 stands for IPv4. */
#define MAPPED_BITS 96

/* RFC 6177: of IPv6 a house has at least one network of this length, and each device in it as many
 * addresses as it likes. */
#define HOUSEHOLD_BITS_V6 64

/* Longer than any address with a scope (an interface's name has 15 characters). */
#define MAX_TEXT_BYTES 64

typedef struct {
  guint8 bytes[16]; /* beyond `bits` all zero */
  gsize length;     /* 4 or 16 */
  guint bits;
} Prefix;

struct _BhAddressSet {
  gatomicrefcount refs;
  GArray *prefixes; /* of Prefix */
};

G_DEFINE_QUARK(bh_address_error_quark, bh_address_error)

/* The whole address as a prefix, in IPv4 where it stands for that. */
static void
prefix_from_address(Prefix *prefix, GInetAddress *address)
{
  static const guint8 mapped[MAPPED_BITS / 8] = {[10] = 0xff, [11] = 0xff};
  const guint8 *bytes = g_inet_address_to_bytes(address);

  *prefix = (Prefix){.length = g_inet_address_get_native_size(address)};
  if (prefix->length == 16 && memcmp(bytes, mapped, sizeof mapped) == 0) {
    bytes += sizeof mapped;
    prefix->length = 4;
  }
  memcpy(prefix->bytes, bytes, prefix->length);
  prefix->bits = (guint)prefix->length * 8;
}

static GInetAddress *
parse_address(const char *text)
{
  const char *scope = strchr(text, '%');
  g_autofree char *bare = NULL;

  if (strlen(text) > MAX_TEXT_BYTES)
    return NULL;
  if (scope == NULL)
    return g_inet_address_new_from_string(text);
  bare = g_strndup(text, (gsize)(scope - text));
  /* Only IPv6 has scopes. */
  return strchr(bare, ':') != NULL ? g_inet_address_new_from_string(bare) : NULL;
}

static char *
prefix_address_to_text(const Prefix *prefix)
{
  g_autoptr(GInetAddress) address = g_inet_address_new_from_bytes(
      prefix->bytes, prefix->length == 4 ? G_SOCKET_FAMILY_IPV4 : G_SOCKET_FAMILY_IPV6);

  return g_inet_address_to_string(address);
}

static char *
prefix_to_text(const Prefix *prefix)
{
  g_autofree char *address = prefix_address_to_text(prefix);

  return g_strdup_printf("%s/%u", address, prefix->bits);
}

static void
prefix_shorten(Prefix *prefix, guint bits)
{
  prefix->bits = bits;
  for (guint i = bits; i < prefix->length * 8; i++)
    prefix->bytes[i / 8] &= (guint8) ~(0x80u >> i % 8);
}

static gboolean
prefix_covers(const Prefix *prefix, const Prefix *address)
{
  guint whole = prefix->bits / 8, rest = prefix->bits % 8;
  guint8 mask = (guint8)(0xff00u >> rest);

  return prefix->length == address->length && memcmp(prefix->bytes, address->bytes, whole) == 0 &&
         (rest == 0 || prefix->bytes[whole] == (address->bytes[whole] & mask));
}

BhAddressSet *
bh_address_set_new(void)
{
  BhAddressSet *set = g_new0(BhAddressSet, 1);

  g_atomic_ref_count_init(&set->refs);
  set->prefixes = g_array_new(FALSE, FALSE, sizeof(Prefix));
  return set;
}

BhAddressSet *
bh_address_set_new_loopback(void)
{
  BhAddressSet *set = bh_address_set_new();

  bh_address_set_add(set, "127.0.0.0/8", NULL);
  bh_address_set_add(set, "::1", NULL);
  return set;
}

BhAddressSet *
bh_address_set_ref(BhAddressSet *set)
{
  g_atomic_ref_count_inc(&set->refs);
  return set;
}

void
bh_address_set_unref(BhAddressSet *set)
{
  if (!g_atomic_ref_count_dec(&set->refs))
    return;
  g_array_unref(set->prefixes);
  g_free(set);
}

static gboolean
add_prefix(BhAddressSet *set, const Prefix *prefix)
{
  for (guint i = 0; i < set->prefixes->len; i++) {
    const Prefix *there = &g_array_index(set->prefixes, Prefix, i);

    if (there->bits == prefix->bits && prefix_covers(there, prefix))
      return TRUE;
  }
  if (set->prefixes->len >= BH_ADDRESS_SET_MAX_PREFIXES)
    return FALSE;
  g_array_append_vals(set->prefixes, prefix, 1);
  return TRUE;
}

/* Returns: %FALSE exactly when @error is set */
static gboolean
parse_length(Prefix *prefix, GInetAddress *address, const char *digits, const char *text,
             GError **error)
{
  gsize written_bits = g_inet_address_get_native_size(address) * 8;
  guint cut_bits = (guint)written_bits - prefix->bits; /* 96 where IPv6 stands for IPv4 */
  guint64 bits = 0;

  if (!g_ascii_string_to_unsigned(digits, 10, 0, written_bits, &bits, NULL) || bits < cut_bits) {
    g_set_error(error, BH_ADDRESS_ERROR, BH_ADDRESS_ERROR_LENGTH,
                "“%s” is no network: behind the slash belongs a number from %u to %u", text,
                cut_bits, (guint)written_bits);
    return FALSE;
  }
  prefix_shorten(prefix, (guint)bits - cut_bits);
  return TRUE;
}

gboolean
bh_address_set_add(BhAddressSet *set, const char *text, GError **error)
{
  const char *slash = strchr(text, '/');
  g_autofree char *bare = slash != NULL ? g_strndup(text, (gsize)(slash - text)) : g_strdup(text);
  g_autoptr(GInetAddress) address = parse_address(bare);
  Prefix prefix;

  if (address == NULL) {
    g_set_error(error, BH_ADDRESS_ERROR, BH_ADDRESS_ERROR_ADDRESS,
                "“%s” is no network: write it like 192.168.0.0/16, fd12:3456::/48 or 192.168.1.20",
                text);
    return FALSE;
  }
  prefix_from_address(&prefix, address);
  if (slash != NULL && !parse_length(&prefix, address, slash + 1, text, error))
    return FALSE;
  if (!add_prefix(set, &prefix)) {
    g_set_error(error, BH_ADDRESS_ERROR, BH_ADDRESS_ERROR_FULL,
                "“%s” is one network too many: there is room for %d", text,
                BH_ADDRESS_SET_MAX_PREFIXES);
    return FALSE;
  }
  return TRUE;
}

void
bh_address_set_add_all(BhAddressSet *set, const BhAddressSet *other)
{
  for (guint i = 0; i < other->prefixes->len; i++)
    add_prefix(set, &g_array_index(other->prefixes, Prefix, i));
}

gboolean
bh_address_set_contains_address(const BhAddressSet *set, GInetAddress *address)
{
  Prefix whole;

  if (address == NULL)
    return FALSE;
  prefix_from_address(&whole, address);
  for (guint i = 0; i < set->prefixes->len; i++) {
    if (prefix_covers(&g_array_index(set->prefixes, Prefix, i), &whole))
      return TRUE;
  }
  return FALSE;
}

gboolean
bh_address_set_contains(const BhAddressSet *set, const char *address)
{
  g_autoptr(GInetAddress) parsed = address != NULL ? parse_address(address) : NULL;

  return bh_address_set_contains_address(set, parsed);
}

guint
bh_address_set_get_size(const BhAddressSet *set)
{
  return set->prefixes->len;
}

char **
bh_address_set_list(const BhAddressSet *set)
{
  GPtrArray *list = g_ptr_array_new();

  for (guint i = 0; i < set->prefixes->len; i++)
    g_ptr_array_add(list, prefix_to_text(&g_array_index(set->prefixes, Prefix, i)));
  g_ptr_array_add(list, NULL);
  return (char **)g_ptr_array_free(list, FALSE);
}

char *
bh_address_normalise(const char *address)
{
  g_autoptr(GInetAddress) parsed = address != NULL ? parse_address(address) : NULL;
  Prefix whole;

  if (parsed == NULL)
    return NULL;
  prefix_from_address(&whole, parsed);
  return prefix_address_to_text(&whole);
}

char *
bh_address_dup_household(const char *address)
{
  g_autoptr(GInetAddress) parsed = address != NULL ? parse_address(address) : NULL;
  Prefix prefix;

  if (parsed == NULL)
    return NULL;
  prefix_from_address(&prefix, parsed);
  if (prefix.length == 4)
    return NULL;
  prefix_shorten(&prefix, HOUSEHOLD_BITS_V6);
  return prefix_to_text(&prefix);
}

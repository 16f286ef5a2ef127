/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-signaling"

#include "message-scan.h"

#include <string.h>

/* Shallower than the parser's bound: the rest is for the parser to judge. */
#define MAX_DEPTH 16
/* Digits that fit every number type. */
#define MAX_DIGITS 15

#define EACH_BYTE(byte) (G_GUINT64_CONSTANT(0x0101010101010101) * (byte))
#define HIGH_BITS       EACH_BYTE(0x80)

typedef struct {
  const char *p;
  const char *end;
  gboolean not_ascii;
} Scan;

static gboolean scan_value(Scan *s, guint depth, gboolean *has_escapes);

static void
skip_space(Scan *s)
{
  while (s->p < s->end && (*s->p == ' ' || *s->p == '\t' || *s->p == '\n' || *s->p == '\r'))
    s->p++;
}

/* Takes @c, with the space before it. */
static gboolean
take(Scan *s, char c)
{
  skip_space(s);
  if (s->p >= s->end || *s->p != c)
    return FALSE;
  s->p++;
  return TRUE;
}

/* Whether eight bytes hold a quote, a backslash, a control character or none of ASCII. */
static gboolean
is_special(guint64 x)
{
  guint64 quote = x ^ EACH_BYTE('"');
  guint64 slash = x ^ EACH_BYTE('\\');

  return ((((quote - EACH_BYTE(1)) & ~quote) | ((slash - EACH_BYTE(1)) & ~slash) |
           ((x - EACH_BYTE(0x20)) & ~x) | x) &
          HIGH_BITS) != 0;
}

/* At the opening quote. */
static gboolean
scan_string(Scan *s, gboolean *has_escapes)
{
  s->p++;
  for (;;) {
    guint64 eight;

    while (s->end - s->p >= (gssize)sizeof eight) {
      memcpy(&eight, s->p, sizeof eight);
      if (is_special(eight))
        break;
      s->p += sizeof eight;
    }
    /* To the next special byte, and over it. */
    while (s->p < s->end && *s->p != '"' && *s->p != '\\' && (guint8)*s->p >= 0x20 &&
           (guint8)*s->p < 0x80)
      s->p++;
    if (s->p >= s->end || (guint8)*s->p < 0x20)
      return FALSE;
    if (*s->p == '"') {
      s->p++;
      return TRUE;
    }
    if (*s->p == '\\') {
      /* \u may be half a character, or NUL: for the parser. */
      if (s->end - s->p < 2 || s->p[1] == '\0' || strchr("\"\\/bfnrt", s->p[1]) == NULL)
        return FALSE;
      *has_escapes = TRUE;
      s->p += 2;
    } else {
      s->not_ascii = TRUE;
      s->p++;
    }
  }
}

static gboolean
scan_digits(Scan *s)
{
  const char *start = s->p;

  while (s->p < s->end && g_ascii_isdigit(*s->p))
    s->p++;
  return s->p > start && s->p - start <= MAX_DIGITS;
}

static gboolean
scan_number(Scan *s)
{
  const char *start;

  if (*s->p == '-')
    s->p++;
  start = s->p;
  if (!scan_digits(s) || (*start == '0' && s->p - start > 1))
    return FALSE;
  if (s->p < s->end && *s->p == '.') {
    s->p++;
    return scan_digits(s);
  }
  return TRUE;
}

static gboolean
scan_word(Scan *s, const char *word)
{
  gsize length = strlen(word);

  if ((gsize)(s->end - s->p) < length || memcmp(s->p, word, length) != 0)
    return FALSE;
  s->p += length;
  return TRUE;
}

static gboolean
is_known(const BhMessageMember *members, guint n, const BhMessageMember *member)
{
  for (guint i = 0; i < n; i++)
    if (members[i].key_length == member->key_length &&
        memcmp(members[i].key, member->key, member->key_length) == 0)
      return TRUE;
  return FALSE;
}

/* After the opening brace. Returns: the number of members, or -1 */
static int
scan_members(Scan *s, guint depth, BhMessageMember *members)
{
  guint n = 0;

  if (take(s, '}'))
    return 0;
  do {
    BhMessageMember *member = &members[n];
    gboolean escaped_key = FALSE;

    skip_space(s);
    if (n == BH_MESSAGE_SCAN_MEMBERS || s->p >= s->end || *s->p != '"')
      return -1;
    *member = (BhMessageMember){.key = s->p + 1};
    if (!scan_string(s, &escaped_key) || escaped_key)
      return -1;
    member->key_length = (gsize)(s->p - 1 - member->key);
    if (is_known(members, n, member) || !take(s, ':'))
      return -1;
    skip_space(s);
    member->value = s->p;
    if (!scan_value(s, depth + 1, &member->has_escapes))
      return -1;
    member->value_length = (gsize)(s->p - member->value);
    n++;
  } while (take(s, ','));
  return take(s, '}') ? (int)n : -1;
}

static gboolean
scan_array(Scan *s, guint depth)
{
  gboolean has_escapes = FALSE;

  if (take(s, ']'))
    return TRUE;
  do {
    skip_space(s);
    if (!scan_value(s, depth + 1, &has_escapes))
      return FALSE;
  } while (take(s, ','));
  return take(s, ']');
}

static gboolean
scan_value(Scan *s, guint depth, gboolean *has_escapes)
{
  BhMessageMember members[BH_MESSAGE_SCAN_MEMBERS];

  if (s->p >= s->end || depth > MAX_DEPTH)
    return FALSE;
  switch (*s->p) {
  case '"':
    return scan_string(s, has_escapes);
  case '{':
    s->p++;
    return scan_members(s, depth, members) >= 0;
  case '[':
    s->p++;
    return scan_array(s, depth);
  case 't':
    return scan_word(s, "true");
  case 'f':
    return scan_word(s, "false");
  case 'n':
    return scan_word(s, "null");
  default:
    return scan_number(s);
  }
}

guint
bh_message_scan(const char *text, gsize length, BhMessageMember *members)
{
  Scan s;
  int n;

  if (length == 0)
    return 0; /* @text may be NULL, and NULL + 0 is undefined */
  s = (Scan){.p = text, .end = text + length};
  if (!take(&s, '{'))
    return 0;
  n = scan_members(&s, 1, members);
  skip_space(&s);
  if (n <= 0 || s.p != s.end)
    return 0;
  if (s.not_ascii && !g_utf8_validate_len(text, length, NULL))
    return 0;
  return (guint)n;
}

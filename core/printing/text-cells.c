/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include "text-cells.h"

#include <string.h>

/* The longest stacks of real writing (Vietnamese, pointed Hebrew) need no more. */
#define MAX_MARKS    4
#define ZERO_JOINER  0x200D
#define NON_JOINER   0x200C
#define MINUS_SIGN   0x2212
#define NARROW_SPACE 0x202F

typedef enum { KEEP, SPACE, DROP } Treatment;

static Treatment
judge(gunichar c)
{
  switch (g_unichar_type(c)) {
  case G_UNICODE_CONTROL:
  case G_UNICODE_LINE_SEPARATOR:
  case G_UNICODE_PARAGRAPH_SEPARATOR:
    return SPACE;
  case G_UNICODE_FORMAT:
    return c == ZERO_JOINER || c == NON_JOINER ? KEEP : DROP;
  case G_UNICODE_SURROGATE:
    return DROP;
  default:
    return KEEP;
  }
}

static gunichar
simplify(gunichar c)
{
  if (c == MINUS_SIGN)
    return '-';
  return c == NARROW_SPACE ? 0xA0 : c;
}

char *
bh_text_clean(const char *text, gboolean keep_newlines)
{
  g_autofree char *valid = g_utf8_make_valid(text, -1);
  g_autofree char *normal = g_utf8_normalize(valid, -1, G_NORMALIZE_DEFAULT_COMPOSE);
  GString *out = g_string_sized_new(strlen(normal));
  guint marks = 0;

  for (const char *p = normal; *p != '\0'; p = g_utf8_next_char(p)) {
    gunichar c = g_utf8_get_char(p);
    Treatment treatment = judge(c);

    if (keep_newlines && (c == '\n' || c == '\r')) {
      if (c == '\n' || p[1] != '\n')
        g_string_append_c(out, '\n');
      marks = 0;
      continue;
    }
    if (treatment == DROP)
      continue;
    marks = g_unichar_iszerowidth(c) ? marks + 1 : 0;
    if (treatment == SPACE)
      g_string_append_c(out, ' ');
    else if (marks <= MAX_MARKS)
      g_string_append_unichar(out, simplify(c));
  }
  return g_string_free(out, FALSE);
}

static guint
get_char_cells(gunichar c)
{
  if (g_unichar_iszerowidth(c))
    return 0;
  return g_unichar_iswide(c) ? 2 : 1;
}

guint
bh_text_get_cells(const char *text)
{
  guint cells = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p))
    cells += get_char_cells(g_utf8_get_char(p));
  return cells;
}

/* Whether the word at @text is longer than a line of @cells. */
static gboolean
is_long_word(const char *text, guint cells)
{
  guint used = 0;

  for (const char *p = text; *p != '\0' && *p != ' ' && used <= cells; p = g_utf8_next_char(p))
    used += get_char_cells(g_utf8_get_char(p));
  return used > cells;
}

/* The end of what fits on one line; @next is where the following line, of @next_cells, begins. */
static const char *
find_break(const char *text, guint cells, guint next_cells, const char **next)
{
  const char *space = NULL, *p = text;
  guint used = 0;

  for (; *p != '\0'; p = g_utf8_next_char(p)) {
    guint more = get_char_cells(g_utf8_get_char(p));

    if (*p == ' ' && p > text)
      space = p;
    if (used + more > cells)
      break;
    used += more;
  }
  /* A word that no line can hold is split, and then at once: it fills this line first. */
  if (*p == '\0' || space == NULL || (*p != ' ' && is_long_word(space + 1, next_cells))) {
    *next = p;
    return p;
  }
  *next = space;
  while (**next == ' ')
    (*next)++;
  return space;
}

GPtrArray *
bh_text_wrap(const char *text, guint first_cells, guint cells)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);

  g_return_val_if_fail(first_cells >= 2 && cells >= 2, lines);

  do {
    const char *next, *end = find_break(text, lines->len == 0 ? first_cells : cells, cells, &next);
    char *line = g_strndup(text, (gsize)(end - text));

    g_ptr_array_add(lines, g_strchomp(line));
    text = next;
  } while (*text != '\0');
  return lines;
}

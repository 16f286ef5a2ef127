/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web-page: the pages embedded in the program, below `/bellhop/web` in its resources.
 */
#pragma once

#include <gio/gio.h>

typedef struct {
  GBytes *content;
  const char *content_type; /* static */
  char *etag;               /* with its quotes */
  gboolean is_page;         /* HTML: asked for again each time */
} BhWebPage;

/**
 * bh_web_page_find:
 * @path: of the request; `/` is index.html, `/name` is name.html where there is one
 *
 * Returns: (transfer full) (nullable): free with bh_web_page_free()
 */
BhWebPage *bh_web_page_find(const char *path);
void bh_web_page_free(BhWebPage *page);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhWebPage, bh_web_page_free)

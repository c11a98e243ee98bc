#include "CChafa.h"
#include <chafa.h>
#include <stdlib.h>
#include <string.h>

static ChafaCanvasMode canvas_mode(ChafaTermInfo *terminal) {
    if (chafa_term_info_have_seq(terminal, CHAFA_TERM_SEQ_SET_COLOR_FGBG_DIRECT))
        return CHAFA_CANVAS_MODE_TRUECOLOR;
    if (chafa_term_info_have_seq(terminal, CHAFA_TERM_SEQ_SET_COLOR_FGBG_256))
        return CHAFA_CANVAS_MODE_INDEXED_240;
    if (chafa_term_info_have_seq(terminal, CHAFA_TERM_SEQ_SET_COLOR_FGBG_16))
        return CHAFA_CANVAS_MODE_INDEXED_16;
    return CHAFA_CANVAS_MODE_FGBG;
}

static ChafaPixelMode pixel_mode(ChafaTermInfo *terminal) {
    if (chafa_term_info_have_seq(terminal, CHAFA_TERM_SEQ_BEGIN_KITTY_IMMEDIATE_IMAGE_V1))
        return CHAFA_PIXEL_MODE_KITTY;
    if (chafa_term_info_have_seq(terminal, CHAFA_TERM_SEQ_BEGIN_ITERM2_IMAGE))
        return CHAFA_PIXEL_MODE_ITERM2;
    if (chafa_term_info_have_seq(terminal, CHAFA_TERM_SEQ_BEGIN_SIXELS))
        return CHAFA_PIXEL_MODE_SIXELS;
    return CHAFA_PIXEL_MODE_SYMBOLS;
}

char *lt_chafa_print(
    const uint8_t *pixels, uint32_t width, uint32_t height, uint32_t columns, uint32_t rows,
    uint32_t cell_width, uint32_t cell_height, int is_terminal, size_t *count) {
    gchar **environment = g_get_environ();
    ChafaTermInfo *terminal = chafa_term_db_detect(chafa_term_db_get_default(), environment);
    g_strfreev(environment);
    ChafaPixelMode mode = is_terminal ? pixel_mode(terminal) : CHAFA_PIXEL_MODE_SYMBOLS;

    ChafaSymbolMap *symbols = chafa_symbol_map_new();
    // Characters that every font has: half, quarter and eighth blocks.
    chafa_symbol_map_add_by_tags(
        symbols, CHAFA_SYMBOL_TAG_BLOCK | CHAFA_SYMBOL_TAG_BORDER | CHAFA_SYMBOL_TAG_SPACE);

    if (cell_width == 0 || cell_height == 0) {
        cell_width = 10;
        cell_height = 20;
    }
    gint across = (gint)columns, down = (gint)rows;
    chafa_calc_canvas_geometry(
        (gint)width, (gint)height, &across, &down, (gfloat)cell_width / (gfloat)cell_height, TRUE,
        FALSE);

    ChafaCanvasConfig *config = chafa_canvas_config_new();
    chafa_canvas_config_set_canvas_mode(config, canvas_mode(terminal));
    chafa_canvas_config_set_pixel_mode(config, mode);
    chafa_canvas_config_set_symbol_map(config, symbols);
    chafa_canvas_config_set_cell_geometry(config, (gint)cell_width, (gint)cell_height);
    chafa_canvas_config_set_geometry(config, MAX(across, 1), MAX(down, 1));
    ChafaCanvas *canvas = chafa_canvas_new(config);
    chafa_canvas_draw_all_pixels(
        canvas, CHAFA_PIXEL_RGB8, pixels, (gint)width, (gint)height, (gint)width * 3);
    GString *printed = chafa_canvas_print(canvas, terminal);
    *count = printed->len;
    char *text = malloc(printed->len + 1);
    if (text != NULL) memcpy(text, printed->str, printed->len + 1);
    explicit_bzero(printed->str, printed->len);
    g_string_free(printed, TRUE);

    chafa_canvas_unref(canvas);
    chafa_canvas_config_unref(config);
    chafa_symbol_map_unref(symbols);
    chafa_term_info_unref(terminal);
    return text;
}

void lt_chafa_free(char *text, size_t count) {
    if (text != NULL) explicit_bzero(text, count);
    free(text);
}

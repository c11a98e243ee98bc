// What the command line takes from chafa: a picture as text for the terminal that the environment tells of.
#ifndef CCHAFA_H
#define CCHAFA_H
#include <stddef.h>
#include <stdint.h>

/// Makes text that shows a picture, in the finest way that the terminal is known to have: kitty's, iTerm's or sixel
/// graphics, else characters in as many colours as it has.
///
/// `pixels`: width × height × 3 bytes, red, green and blue, row by row. `columns` and `rows`: the most room it may
/// take. `is_terminal`: 0 for characters without graphics, whatever the environment says. Gives text that
/// lt_chafa_free takes back, and its length; NULL when there is no memory.
char *_Nullable lt_chafa_print(
    const uint8_t *_Nonnull pixels, uint32_t width, uint32_t height, uint32_t columns,
    uint32_t rows, uint32_t cell_width, uint32_t cell_height, int is_terminal,
    size_t *_Nonnull count);
void lt_chafa_free(char *_Nullable text, size_t count);

#endif

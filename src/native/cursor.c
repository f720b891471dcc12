#include "cursor.h"

#include "marks.h"

static bool continues(uint8_t byte) { return (byte & 0xC0) == 0x80; }

/* Characters of UTF-8, told by the bytes they begin with. */
static int64_t characters(const uint8_t *bytes, size_t size) {
    size_t count = 0;
    for (size_t place = 0; place < size; place++)
        count += !continues(bytes[place]);
    return (int64_t)count;
}

int64_t width_in_object(const Written *written, const uint8_t *bytes, size_t size) {
    if (written->unit == 1)
        return (int64_t)size;
    int64_t units = characters(bytes, size);
    /* Characters beyond U+FFFF are two units of UTF-16, four bytes of UTF-8. */
    if (written->unit == 2)
        for (size_t place = 0; place < size; place++)
            units += (bytes[place] & 0xF8) == 0xF0;
    return units * written->unit;
}

void cursor_move(Cursor *cursor, const Text *text, int64_t base, int64_t place) {
    if (place > base + (int64_t)text->size)
        place = base + (int64_t)text->size;
    if (place <= cursor->place || cursor->place < base)
        return;
    const uint8_t *bytes = text->bytes + (cursor->place - base);
    size_t size = (size_t)(place - cursor->place), line = 0;
    size_t newlines = count_byte(bytes, size, '\n');
    if (newlines) {
        cursor->line += (int64_t)newlines;
        cursor->column = 1;
        for (line = size; bytes[line - 1] != '\n';)
            line--;
    }
    cursor->column += cursor->written.multi_byte ? characters(bytes + line, size - line) : (int64_t)(size - line);
    cursor->offset += width_in_object(&cursor->written, bytes, size);
    cursor->place = place;
}

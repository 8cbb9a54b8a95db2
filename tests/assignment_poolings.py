"""Max poolings that were written independently of each other, all right; and ways in which a copy is disguised."""
import re

HEAD = "import numpy as np\n\nfrom nn import expect\nfrom nn.layer import WeightlessLayer\n\n\nclass MaxPooling:\n"

HONEST = {
    "loops, positions kept": """
    def forward(self, inputs):
        (ph, pw), (sh, sw), (n, h, w, c) = self.pshape, self.strides, inputs.shape
        oh, ow = (h - ph) // sh + 1, (w - pw) // sw + 1
        out = np.zeros((n, oh, ow, c))
        self.shape, self.cached = inputs.shape, []
        for i in range(n):
            for y in range(oh):
                for x in range(ow):
                    for k in range(c):
                        window = inputs[i, y * sh:y * sh + ph, x * sw:x * sw + pw, k]
                        out[i, y, x, k] = window.max()
                        row, column = np.unravel_index(window.argmax(), window.shape)
                        self.cached.append((i, y * sh + row, x * sw + column, k, (i, y, x, k)))
        return out, out

    def backward(self, layer_err):
        dx = np.zeros(self.shape)
        for i, row, column, k, at in self.cached:
            dx[i, row, column, k] += layer_err[at]
        return dx
""",
    "loops, argmax again in backward": """
    def forward(self, inputs):
        self.x = inputs
        N, H, W, C = inputs.shape
        PH, PW = self.pshape
        SH, SW = self.strides
        OH = (H - PH) // SH + 1
        OW = (W - PW) // SW + 1
        out = np.zeros((N, OH, OW, C))
        for n in range(N):
            for c in range(C):
                for i in range(OH):
                    for j in range(OW):
                        out[n, i, j, c] = np.max(inputs[n, i*SH:i*SH+PH, j*SW:j*SW+PW, c])
        return out, out

    def backward(self, layer_err):
        N, OH, OW, C = layer_err.shape
        PH, PW = self.pshape
        SH, SW = self.strides
        dx = np.zeros_like(self.x)
        for n in range(N):
            for c in range(C):
                for i in range(OH):
                    for j in range(OW):
                        window = self.x[n, i*SH:i*SH+PH, j*SW:j*SW+PW, c]
                        idx = np.unravel_index(np.argmax(window), window.shape)
                        dx[n, i*SH+idx[0], j*SW+idx[1], c] += layer_err[n, i, j, c]
        return dx
""",
    "loops, starts and ends named": """
    def forward(self, inputs):
        batch, height, width, channels = inputs.shape
        pool_h, pool_w = self.pshape
        stride_h, stride_w = self.strides
        out_h = 1 + (height - pool_h) // stride_h
        out_w = 1 + (width - pool_w) // stride_w
        self.inputs = inputs
        result = np.empty((batch, out_h, out_w, channels))
        for b in range(batch):
            for row in range(out_h):
                top = row * stride_h
                bottom = top + pool_h
                for col in range(out_w):
                    left = col * stride_w
                    right = left + pool_w
                    for ch in range(channels):
                        patch = inputs[b, top:bottom, left:right, ch]
                        result[b, row, col, ch] = np.max(patch)
        return result, result

    def backward(self, layer_err):
        batch, out_h, out_w, channels = layer_err.shape
        pool_h, pool_w = self.pshape
        stride_h, stride_w = self.strides
        grad = np.zeros(self.inputs.shape)
        for b in range(batch):
            for row in range(out_h):
                for col in range(out_w):
                    top, left = row * stride_h, col * stride_w
                    for ch in range(channels):
                        patch = self.inputs[b, top:top + pool_h, left:left + pool_w, ch]
                        r, q = divmod(int(np.argmax(patch)), pool_w)
                        grad[b, top + r, left + q, ch] += layer_err[b, row, col, ch]
        return grad
""",
    "loops over positions, all images at once": """
    def forward(self, inputs):
        N, H, W, C = inputs.shape
        ph, pw = self.pshape
        sh, sw = self.strides
        out_h, out_w = (H - ph) // sh + 1, (W - pw) // sw + 1
        z = np.zeros((N, out_h, out_w, C))
        self.max_index = np.zeros((N, out_h, out_w, C), dtype=int)
        self.input_shape = inputs.shape
        for i in range(out_h):
            for j in range(out_w):
                region = inputs[:, i * sh:i * sh + ph, j * sw:j * sw + pw, :]
                flat = region.reshape(N, ph * pw, C)
                self.max_index[:, i, j, :] = np.argmax(flat, axis=1)
                z[:, i, j, :] = np.max(flat, axis=1)
        return z, z

    def backward(self, layer_err):
        N, out_h, out_w, C = layer_err.shape
        ph, pw = self.pshape
        sh, sw = self.strides
        dx = np.zeros(self.input_shape)
        n_idx, c_idx = np.meshgrid(np.arange(N), np.arange(C), indexing="ij")
        for i in range(out_h):
            for j in range(out_w):
                index = self.max_index[:, i, j, :]
                rows = i * sh + index // pw
                cols = j * sw + index % pw
                dx[n_idx, rows, cols, c_idx] += layer_err[:, i, j, :]
        return dx
""",
    "masks": """
    def forward(self, inputs):
        n, h, w, c = inputs.shape
        (kh, kw), (sy, sx) = self.pshape, self.strides
        ho, wo = (h - kh) // sy + 1, (w - kw) // sx + 1
        self.x = inputs
        self.y = np.zeros((n, ho, wo, c))
        for a in range(ho):
            for b in range(wo):
                self.y[:, a, b] = inputs[:, a*sy:a*sy+kh, b*sx:b*sx+kw].max(axis=(1, 2))
        return self.y, self.y

    def backward(self, layer_err):
        (kh, kw), (sy, sx) = self.pshape, self.strides
        grad = np.zeros(self.x.shape)
        for a in range(layer_err.shape[1]):
            for b in range(layer_err.shape[2]):
                taken = np.zeros((self.x.shape[0], self.x.shape[3]), dtype=bool)
                for p in range(kh):
                    for q in range(kw):
                        hit = (self.x[:, a*sy+p, b*sx+q] == self.y[:, a, b]) & ~taken
                        grad[:, a*sy+p, b*sx+q] += hit * layer_err[:, a, b]
                        taken |= hit
        return grad
""",
    "sliding_window_view": """
    def forward(self, inputs):
        (ph, pw), (sh, sw), (n, h, w, c) = self.pshape, self.strides, inputs.shape
        oh, ow = (h - ph) // sh + 1, (w - pw) // sw + 1
        windows = np.lib.stride_tricks.sliding_window_view(inputs, (ph, pw), axis=(1, 2))[:, ::sh, ::sw]
        flat = windows.reshape(n, oh, ow, c, ph * pw)
        self.shape, self.arg = inputs.shape, flat.argmax(axis=-1)
        out = flat.max(axis=-1)
        return out, out

    def backward(self, layer_err):
        (ph, pw), (sh, sw) = self.pshape, self.strides
        n, oh, ow, c = layer_err.shape
        i, y, x, k = np.indices((n, oh, ow, c))
        dx = np.zeros(self.shape)
        np.add.at(dx, (i, y * sh + self.arg // pw, x * sw + self.arg % pw, k), layer_err)
        return dx
""",
    "as_strided": """
    def forward(self, inputs):
        B, H, W, C = inputs.shape
        kh, kw = self.pshape
        s1, s2 = self.strides
        oh, ow = (H - kh) // s1 + 1, (W - kw) // s2 + 1
        b0, b1, b2, b3 = inputs.strides
        view = np.lib.stride_tricks.as_strided(inputs, (B, oh, ow, kh, kw, C), (b0, b1 * s1, b2 * s2, b1, b2, b3))
        self._in = inputs
        self._best = view.reshape(B, oh, ow, kh * kw, C).argmax(3)
        return (view.max(axis=(3, 4)),) * 2

    def backward(self, layer_err):
        kw = self.pshape[1]
        s1, s2 = self.strides
        B, oh, ow, C = layer_err.shape
        y = np.arange(oh)[None, :, None, None] * s1 + self._best // kw
        x = np.arange(ow)[None, None, :, None] * s2 + self._best % kw
        flat = ((np.arange(B)[:, None, None, None] * self._in.shape[1] + y) * self._in.shape[2] + x) * C + np.arange(C)
        total = np.bincount(flat.ravel(), layer_err.ravel(), self._in.size)
        return total.reshape(self._in.shape)
""",
    "offsets": """
    def forward(self, inputs):
        (ph, pw), (sh, sw), (n, h, w, c) = self.pshape, self.strides, inputs.shape
        oh, ow = (h - ph) // sh + 1, (w - pw) // sw + 1
        out = np.full((n, oh, ow, c), -np.inf)
        self.arg, self.shape = np.zeros((n, oh, ow, c), dtype=int), inputs.shape
        for a in range(ph):
            for b in range(pw):
                part = inputs[:, a:a + sh * oh:sh, b:b + sw * ow:sw][:, :oh, :ow]
                better = part > out
                out[better] = part[better]
                self.arg[better] = a * pw + b
        return out, out

    def backward(self, layer_err):
        (ph, pw), (sh, sw) = self.pshape, self.strides
        dx = np.zeros(self.shape)
        oh, ow = layer_err.shape[1:3]
        for a in range(ph):
            for b in range(pw):
                dx[:, a:a + sh * (oh - 1) + 1:sh, b:b + sw * (ow - 1) + 1:sw] += layer_err * (self.arg == a * pw + b)
        return dx
""",
    "only Python": """
    def forward(self, inputs):
        out, self.where = [], []
        self.size = inputs.shape
        for image in inputs:
            rows, places = [], []
            for top in range(0, image.shape[0] - self.pshape[0] + 1, self.strides[0]):
                row, place = [], []
                for left in range(0, image.shape[1] - self.pshape[1] + 1, self.strides[1]):
                    cell, spot = [], []
                    for channel in range(image.shape[2]):
                        best, best_at = None, None
                        for y in range(top, top + self.pshape[0]):
                            for x in range(left, left + self.pshape[1]):
                                if best is None or image[y, x, channel] > best:
                                    best, best_at = image[y, x, channel], (y, x)
                        cell.append(best)
                        spot.append(best_at)
                    row.append(cell)
                    place.append(spot)
                rows.append(row)
                places.append(place)
            out.append(rows)
            self.where.append(places)
        return np.array(out), np.array(out)

    def backward(self, layer_err):
        gradient = np.zeros(self.size)
        for k, places in enumerate(self.where):
            for a, place in enumerate(places):
                for b, spot in enumerate(place):
                    for channel, (y, x) in enumerate(spot):
                        gradient[k, y, x, channel] += layer_err[k, a, b, channel]
        return gradient
""",
    "columns": """
    def _columns(self, images):
        n, h, w, c = images.shape
        ph, pw = self.pshape
        sh, sw = self.strides
        self.oh, self.ow = (h - ph) // sh + 1, (w - pw) // sw + 1
        col = np.empty((ph * pw, n, self.oh, self.ow, c))
        for k in range(ph * pw):
            dy, dx = k // pw, k % pw
            col[k] = images[:, dy:dy + sh * self.oh:sh, dx:dx + sw * self.ow:sw, :][:, :self.oh, :self.ow]
        return col

    def forward(self, inputs):
        self.inputs_shape = inputs.shape
        col = self._columns(inputs)
        self.argmax = col.argmax(axis=0)
        out = np.take_along_axis(col, self.argmax[None], axis=0)[0]
        return out, out

    def backward(self, layer_err):
        ph, pw = self.pshape
        sh, sw = self.strides
        col = np.zeros((ph * pw,) + layer_err.shape)
        np.put_along_axis(col, self.argmax[None], layer_err[None], axis=0)
        image = np.zeros(self.inputs_shape)
        for k, part in enumerate(col):
            dy, dx = k // pw, k % pw
            image[:, dy:dy + sh * (self.oh - 1) + 1:sh, dx:dx + sw * (self.ow - 1) + 1:sw] += part
        return image
""",
    "a dictionary of positions": """
    def forward(self, inputs):
        self.inputs = inputs
        n, h, w, c = inputs.shape
        oh = int((h - self.pshape[0]) / self.strides[0]) + 1
        ow = int((w - self.pshape[1]) / self.strides[1]) + 1
        out = np.zeros([n, oh, ow, c])
        self.cache = {}
        for i in range(oh):
            for j in range(ow):
                hs, ws = i * self.strides[0], j * self.strides[1]
                window = inputs[:, hs:hs + self.pshape[0], ws:ws + self.pshape[1], :]
                out[:, i, j, :] = np.amax(window, axis=(1, 2))
                flat = window.reshape(n, -1, c)
                mask = np.zeros(flat.shape)
                np.put_along_axis(mask, np.argmax(flat, axis=1)[:, None, :], 1, axis=1)
                self.cache[i, j] = mask.reshape(window.shape)
        return out, out

    def backward(self, layer_err):
        dx = np.zeros_like(self.inputs, dtype=float)
        for (i, j), mask in self.cache.items():
            hs, ws = i * self.strides[0], j * self.strides[1]
            dx[:, hs:hs + self.pshape[0], ws:ws + self.pshape[1], :] += layer_err[:, i:i + 1, j:j + 1, :] * mask
        return dx
""",
    "loops, images one by one": """
    def forward(self, inputs):
        self.img = inputs
        sh, sw = self.strides
        ph, pw = self.pshape
        oh = (inputs.shape[1] - ph) // sh + 1
        ow = (inputs.shape[2] - pw) // sw + 1
        output = np.zeros((inputs.shape[0], oh, ow, inputs.shape[3]))
        for n, img in enumerate(inputs):
            for c in range(img.shape[2]):
                for y in range(oh):
                    for x in range(ow):
                        output[n, y, x, c] = img[y*sh:y*sh+ph, x*sw:x*sw+pw, c].max()
        return output, output

    def backward(self, layer_err):
        sh, sw = self.strides
        ph, pw = self.pshape
        dimg = np.zeros(self.img.shape)
        for n in range(len(self.img)):
            for c in range(layer_err.shape[3]):
                for y in range(layer_err.shape[1]):
                    for x in range(layer_err.shape[2]):
                        part = self.img[n, y*sh:y*sh+ph, x*sw:x*sw+pw, c]
                        pos = np.argmax(part)
                        dimg[n, y*sh + pos // pw, x*sw + pos % pw, c] += layer_err[n, y, x, c]
        return dimg
""",
    "loops, as in a textbook": """
    def forward(self, inputs):
        (ph, pw), (sh, sw), (n, h, w, c) = self.pshape, self.strides, inputs.shape
        oh, ow = (h - ph) // sh + 1, (w - pw) // sw + 1
        out = np.zeros((n, oh, ow, c))
        self.inputs = inputs
        for i in range(n):
            for y in range(oh):
                for x in range(ow):
                    for k in range(c):
                        out[i, y, x, k] = np.max(inputs[i, y * sh:y * sh + ph, x * sw:x * sw + pw, k])
        return out, out

    def backward(self, layer_err):
        (ph, pw), (sh, sw) = self.pshape, self.strides
        n, oh, ow, c = layer_err.shape
        dx = np.zeros(self.inputs.shape)
        for i in range(n):
            for y in range(oh):
                for x in range(ow):
                    for k in range(c):
                        window = self.inputs[i, y * sh:y * sh + ph, x * sw:x * sw + pw, k]
                        a, b = np.unravel_index(np.argmax(window), window.shape)
                        dx[i, y * sh + a, x * sw + b, k] += layer_err[i, y, x, k]
        return dx
""",
    "ndindex": """
    def forward(self, inputs):
        n, h, w, c = inputs.shape
        (ph, pw), (sh, sw) = self.pshape, self.strides
        shape = n, (h - ph) // sh + 1, (w - pw) // sw + 1, c
        out = np.zeros(shape)
        self.saved = inputs
        for at in np.ndindex(*shape):
            out[at] = self._window(inputs, at).max()
        return out, out

    def _window(self, images, at):
        (ph, pw), (sh, sw), (i, y, x, k) = self.pshape, self.strides, at
        return images[i, y * sh:y * sh + ph, x * sw:x * sw + pw, k]

    def backward(self, layer_err):
        dx = np.zeros(self.saved.shape)
        for at in np.ndindex(*layer_err.shape):
            window = self._window(self.saved, at)
            target = self._window(dx, at)
            target[np.unravel_index(window.argmax(), window.shape)] += layer_err[at]
        return dx
""",
}

# Written after the threshold was set; of seven, those that are most like the others.
HELD_OUT = {
    "loops, all channels at once": """
    def forward(self, x):
        N, H, W, C = x.shape
        HH, WW = self.pshape
        s1, s2 = self.strides
        H_out = 1 + (H - HH) // s1
        W_out = 1 + (W - WW) // s2
        out = np.zeros((N, H_out, W_out, C))
        for n in range(N):
            for h in range(H_out):
                for w in range(W_out):
                    h0, w0 = h * s1, w * s2
                    out[n, h, w, :] = np.max(x[n, h0:h0 + HH, w0:w0 + WW, :], axis=(0, 1))
        self.cache = x
        return out, out

    def backward(self, dout):
        x = self.cache
        N, H_out, W_out, C = dout.shape
        HH, WW = self.pshape
        s1, s2 = self.strides
        dx = np.zeros(x.shape)
        for n in range(N):
            for c in range(C):
                for h in range(H_out):
                    for w in range(W_out):
                        h0, w0 = h * s1, w * s2
                        patch = x[n, h0:h0 + HH, w0:w0 + WW, c]
                        i, j = np.unravel_index(np.argmax(patch), patch.shape)
                        dx[n, h0 + i, w0 + j, c] += dout[n, h, w, c]
        return dx
""",
    "places of all maxima in an array": """
    def forward(self, inputs):
        N, H, W, C = inputs.shape
        ph, pw = self.pshape
        sh, sw = self.strides
        H2 = (H - ph) // sh + 1
        W2 = (W - pw) // sw + 1
        z = np.zeros((N, H2, W2, C))
        self.max_idx = np.zeros((N, H2, W2, C, 2), dtype=int)
        self.in_shape = inputs.shape
        for n in range(N):
            for h in range(H2):
                for w in range(W2):
                    for c in range(C):
                        win = inputs[n, h * sh:h * sh + ph, w * sw:w * sw + pw, c]
                        idx = np.argmax(win)
                        z[n, h, w, c] = win.flatten()[idx]
                        self.max_idx[n, h, w, c] = [h * sh + idx // pw, w * sw + idx % pw]
        return z, z

    def backward(self, layer_err):
        dx = np.zeros(self.in_shape)
        N, H2, W2, C = layer_err.shape
        for n in range(N):
            for h in range(H2):
                for w in range(W2):
                    for c in range(C):
                        r, k = self.max_idx[n, h, w, c]
                        dx[n, r, k, c] += layer_err[n, h, w, c]
        return dx
""",
    "a mask of the first maximum": """
    def forward(self, A_prev):
        self.A_prev = A_prev
        m, n_H_prev, n_W_prev, n_C = A_prev.shape
        f, g = self.pshape
        n_H = int(1 + (n_H_prev - f) / self.strides[0])
        n_W = int(1 + (n_W_prev - g) / self.strides[1])
        A = np.zeros((m, n_H, n_W, n_C))
        for i in range(m):
            for h in range(n_H):
                for w in range(n_W):
                    for c in range(n_C):
                        vert_start = h * self.strides[0]
                        vert_end = vert_start + f
                        horiz_start = w * self.strides[1]
                        horiz_end = horiz_start + g
                        a_slice = A_prev[i, vert_start:vert_end, horiz_start:horiz_end, c]
                        A[i, h, w, c] = np.max(a_slice)
        return A, A

    def backward(self, dA):
        m, n_H, n_W, n_C = dA.shape
        f, g = self.pshape
        dA_prev = np.zeros(self.A_prev.shape)
        for i in range(m):
            for h in range(n_H):
                for w in range(n_W):
                    for c in range(n_C):
                        vert_start = h * self.strides[0]
                        vert_end = vert_start + f
                        horiz_start = w * self.strides[1]
                        horiz_end = horiz_start + g
                        a_slice = self.A_prev[i, vert_start:vert_end, horiz_start:horiz_end, c]
                        mask = self.first_max(a_slice)
                        dA_prev[i, vert_start:vert_end, horiz_start:horiz_end, c] += mask * dA[i, h, w, c]
        return dA_prev

    def first_max(self, a):
        mask = np.zeros(a.shape)
        mask[np.unravel_index(a.argmax(), a.shape)] = 1
        return mask
""",
}

NAMES = {"inputs": "a_in", "out": "picture", "window": "patch", "dx": "answer", "idx": "best", "layer_err": "e_in", "n":
         "u1", "c": "u2", "i": "u3", "j": "u4", "y": "u5", "x": "u6", "k": "u7", "h": "u8", "w": "u9", "ph": "p1",
         "pw": "p2", "sh": "q1", "sw": "q2", "oh": "o1", "ow": "o2", "flat": "line", "part": "bit", "result": "r1",
         "grad": "g1", "top": "t1", "left": "l1", "region": "zone", "col": "stack", "image": "one", "cached":
         "kept", "arg": "which"}


def renamed(text):
    """Other names for variables and attributes."""
    for old, new in NAMES.items():
        text = re.sub(rf"(?<![\w.]){old}\b(?!=)", new, text)
        text = re.sub(rf"\bself\.{old}\b", f"self.{new}", text)
    return text


def with_dead_lines(text):
    """Lines that do nothing, after each third line of a function's."""
    lines, dead = [], iter(["tmp0 = 0", "tmp1 = np.zeros(3)", "pass", "tmp1 = [0, 1]", "if False:\n{}    tmp2 = 1",
                             "assert True", "tmp3 = lambda q: q", "None"] * 9)
    for k, line in enumerate(text.splitlines()):
        lines.append(line)
        indent = line[:len(line) - len(line.lstrip())]
        if len(indent) >= 8 and k % 3 == 0 and not line.rstrip().endswith((":", "(", ",")) and "return" not in line:
            lines.append(indent + next(dead).replace("{}", indent))
    return "\n".join(lines) + "\n"


def moved(text):
    """Two assignments that follow each other change their places, if neither needs the other; and so do the methods."""
    lines, k = text.splitlines(), 0
    while k + 1 < len(lines):
        one, two = lines[k], lines[k + 1]
        if _plain(one) and _plain(two) and _indent(one) == _indent(two) and not _names(one) & _targets(two) and not (
                _names(two) & _targets(one)):
            lines[k:k + 2] = [two, one]
            k += 1
        k += 1
    methods = re.split(r"(?m)^(?=    def )", "\n".join(lines) + "\n")
    return methods[0] + "\n".join(reversed(methods[1:]))


def reformatted(text):
    """Comments, other spaces and brackets, a docstring."""
    text = re.sub(r"(?m)^( +)for ", r"\1# over all of it\n\1for ", text)
    text = re.sub(r"(?m)^(    def .*:)$", r'\1\n        """My own work."""', text)
    return re.sub(r" = (.*[^,(\[{:])$", r" = (\1)  # here", text.replace(", ", ",  "), flags=re.MULTILINE)


def augmented(text):
    """`a += b` as `a = a + b`, and np.max(a) as a.max()."""
    text = re.sub(r"(?m)^( +)(\S.*?) \+= (.*)$", r"\1\2 = \2 + (\3)", text)
    return re.sub(r"np\.(max|argmax)\((\w+)\)", r"\2.\1()", text)


def _plain(line):
    return re.match(r" {8,}[\w., ]+ = [^=]*$", line) is not None and line.count("(") == line.count(")")


def _indent(line):
    return len(line) - len(line.lstrip())


def _names(line):
    return set(re.findall(r"[A-Za-z_]\w*", line)) - {"self", "np"}


def _targets(line):
    return _names(line.split(" = ")[0])


DISGUISES = {"renamed": renamed, "dead lines": with_dead_lines, "moved lines": moved, "reformatted": reformatted,
             "other operators": augmented,
             "all": lambda text: renamed(with_dead_lines(moved(reformatted(augmented(text)))))}

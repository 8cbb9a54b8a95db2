"""Problem 6: max pooling. `python tests/test_problem6.py`, or `python -m pytest tests/test_problem6.py`."""
if __name__ == "__main__":
    from run import run
    run(__file__)

import numpy as np

from nn.maxpooling import MaxPooling


def image(rows):
    """One image of one channel, (1, H, W, 1)."""
    return np.array(rows, dtype=float)[None, :, :, None]


def pixels(images):
    return images[0, :, :, 0]


def check(layer, rows, largest, errors, downstream):
    """What comes out for an image of these rows, and what goes back for these errors."""
    z, activation = layer.forward(image(rows))
    for what, output in (("z", z), ("activation", activation)):
        np.testing.assert_array_equal(pixels(output), largest, err_msg=f"forward, {what}: the largest of each window / "
                                                                       f"forward의 {what}: 윈도우마다 가장 큰 값")
    np.testing.assert_array_equal(pixels(layer.backward(image(errors))), downstream,
                                  err_msg="backward: where each error goes / backward: 오차가 가는 자리")


def test_each_window_s_largest_number_and_its_error():
    check(MaxPooling(2), [[1, 5, -3, -1], [2, 3, -2, -4]], [[5, -1]], [[7, 9]], [[0, 7, 0, 9], [0, 0, 0, 0]])


def test_height_unlike_width_of_image_and_window():
    rows = [[1, 2, 3, 0, 5, 1],
            [4, 0, 1, 8, 2, 3],
            [0, 9, 1, 1, 1, 6],
            [2, 2, 2, 3, 0, 4]]
    check(MaxPooling((2, 3)), rows, [[4, 8], [9, 6]], [[10, 20], [30, 40]],
          [[0, 0, 0, 0, 0, 0],
           [10, 0, 0, 20, 0, 0],
           [0, 30, 0, 0, 0, 40],
           [0, 0, 0, 0, 0, 0]])


def test_strides_of_their_own_down_and_across():
    rows = [[1, 2, 3, 4, 9],
            [8, 1, 1, 5, 1],
            [1, 6, 0, 2, 7]]
    check(MaxPooling((2, 1), strides=(1, 2)), rows, [[8, 3, 9], [8, 1, 7]], [[1, 2, 3], [4, 5, 6]],
          [[0, 0, 2, 0, 3],
           [5, 0, 5, 0, 0],
           [0, 0, 0, 0, 6]])


def test_each_image_and_channel_has_windows_of_its_own():
    x = np.zeros((2, 2, 2, 3))
    x[0, 1, 0, 2], x[1, 0, 1, 0] = 4, 6
    layer = MaxPooling(2)
    z, _ = layer.forward(x)
    assert z.shape == (2, 1, 1, 3)
    np.testing.assert_array_equal(z.reshape(2, 3), [[0, 0, 4], [6, 0, 0]],
                                  err_msg="two images of three channels / 채널이 셋인 이미지 두 장")
    downstream = layer.backward(np.arange(1.0, 7.0).reshape(2, 1, 1, 3))
    assert (downstream[0, 1, 0, 2], downstream[1, 0, 1, 0]) == (3, 4), (
        "errors go to another image or channel / 오차가 다른 이미지나 채널로 갑니다")


def test_windows_may_overlap_and_a_pixel_adds_up_what_it_gets():
    check(MaxPooling(2, strides=1), [[1, 2, 3], [4, 9, 5]], [[9, 9]], [[10, 100]], [[0, 0, 0], [0, 110, 0]])


def test_rows_and_columns_that_fill_no_window_are_left_out():
    check(MaxPooling(2), [[1, 2, 9], [4, 3, 9], [9, 9, 9]], [[4]], [[1]], [[0, 0, 0], [1, 0, 0], [0, 0, 0]])


def test_of_equal_numbers_the_first_row_by_row_gets_the_error():
    check(MaxPooling(2), [[1, 8], [8, 8]], [[8]], [[5]], [[0, 5], [0, 0]])


def test_batches_and_objects_do_not_remember_one_another():
    layer, other = MaxPooling(2), MaxPooling(2)
    for rows, downstream in (([[1, 5], [2, 3]], [[0, 7], [0, 0]]), ([[1, 2], [6, 3]], [[0, 0], [7, 0]]),
                             ([[9, 2], [6, 3]], [[7, 0], [0, 0]])):
        layer.forward(image(rows))
        other.forward(image([[0, 0], [0, 1]]))
        np.testing.assert_array_equal(pixels(layer.backward(image([[7]]))), downstream,
                                      err_msg="an earlier batch, or another object, has a share / "
                                              "이전 배치나 다른 객체가 섞여 있습니다")


def test_numbers_may_be_far_below_0():
    check(MaxPooling(2), [[-2e9, -1e9], [-3e9, -4e9]], [[-1e9]], [[5]], [[0, 5], [0, 0]])


def test_inputs_and_errors_are_left_as_they_were_and_nothing_is_printed(capsys):
    layer, x, errors = MaxPooling(2), image([[1, 5], [2, 3]]), image([[7]])
    layer.forward(x)
    layer.backward(errors)
    np.testing.assert_array_equal(pixels(x), [[1, 5], [2, 3]], err_msg="inputs changed / 입력이 바뀌었습니다")
    np.testing.assert_array_equal(pixels(errors), [[7]], err_msg="errors changed / 오차가 바뀌었습니다")
    assert capsys.readouterr().out == "", "take the print out again / print를 지우세요"

#pragma once
the once text
